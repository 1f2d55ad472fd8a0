import Glibc
import Synchronization

/// A file that marks the database as open by a process; the process removes it when it closes the database.
///
/// The process holds a lock on it for life. A marker without a lock belongs to a process that died, so the next process
/// checks the database for damage. Made and removed under the home's lock, so several processes may have markers.
package final class OpenMarker: Sendable {
    private let path: String
    private let descriptor: Int32

    package init(_ home: Home) throws(FileError) {
        try FileSystem.makeDirectory(home.openMarkersPath)
        path = "\(home.openMarkersPath)/\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 16))"
        descriptor = try FileSystem.open(path, O_RDWR | O_CREAT | O_EXCL)
        guard FileSystem.lock(descriptor) else { throw FileError("lock", path, errno) }
        // A marker that a power cut erases would hide that power cut.
        try FileSystem.syncDirectory(home.openMarkersPath)
    }

    deinit { FileSystem.close(descriptor) }

    /// Removes the marker: the database was closed properly.
    package func remove() { unlink(path) }

    /// The markers of processes that died, to be removed after the check.
    package static func left(in home: Home) throws(FileError) -> [String] {
        guard let names = try? FileSystem.names(in: home.openMarkersPath) else { return [] }
        var left: [String] = []
        for name in names {
            let path = "\(home.openMarkersPath)/\(name)"
            guard let descriptor = try? FileSystem.open(path, O_RDWR) else { continue }
            if FileSystem.lock(descriptor) { left.append(path) }
            FileSystem.close(descriptor)
        }
        return left
    }

    /// How many processes have the database open.
    package static func living(in home: Home) throws(FileError) -> Int {
        let names = (try? FileSystem.names(in: home.openMarkersPath)) ?? []
        return names.count - (try left(in: home).count)
    }

    /// Removes the markers of dead processes.
    package static func remove(_ paths: [String]) { for path in paths { unlink(path) } }
}

/// Kills the process at a named point, so that a test can check every guarantee after a crash there.
///
/// `RINGBACK_CRASH_AT=after-intent` kills the process with SIGKILL when it reaches that point, `inbox-before-commit:7` when
/// it reaches it for the seventh time. Without the variable nothing happens.
package enum CrashSwitch {
    private static let wish: (name: String, count: Int)? = getenv("RINGBACK_CRASH_AT").map { text in
        let parts = String(cString: text).split(separator: ":", maxSplits: 1)
        return (parts.first.map(String.init) ?? "", parts.count == 2 ? Int(parts[1]) ?? 1 : 1)
    }
    private static let visits = Atomic(0)

    /// Kills the process if the variable names this point.
    package static func reach(_ name: @autoclosure () -> String) {
        guard let wish, wish.name == name() else { return }
        if visits.add(1, ordering: .relaxed).newValue >= wish.count { kill(getpid(), SIGKILL) }
    }
}
