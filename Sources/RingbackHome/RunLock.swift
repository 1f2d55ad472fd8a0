import Glibc

/// The lock that a run holds for life: if another process can take it, the run's process is dead.
///
/// The system frees it when the process ends, however it ends. Each use opens its own descriptor, so that it also
/// excludes threads of one process.
package final class RunLock: Sendable {
    private let path: String
    private let descriptor: Int32

    /// Takes the lock of a run; `nil` if a living run holds it.
    ///
    /// - Throws: ``FileError`` if the lock file cannot be opened.
    package init?(_ home: Home, runID: String) throws(FileError) {
        try FileSystem.makeDirectory(home.locksPath)
        path = Self.path(home, runID)
        // A finished run may just have removed the file: check that the lock is on the file of that name.
        while true {
            let descriptor = try FileSystem.open(path, FileSystem.readWriteCreate)
            let isTaken = FileSystem.lock(descriptor)
            if isTaken, Self.isNamed(descriptor, path) {
                self.descriptor = descriptor
                return
            }
            FileSystem.close(descriptor)
            if !isTaken { return nil }
        }
    }

    deinit { FileSystem.close(descriptor) }

    /// Whether a living run holds the lock of this id.
    package static func isHeld(_ home: Home, runID: String) -> Bool {
        guard let descriptor = try? FileSystem.open(path(home, runID), O_RDWR) else { return false }
        defer { FileSystem.close(descriptor) }
        return !FileSystem.lock(descriptor)
    }

    /// The ids of the locks of a home that living processes hold, in the order of their names.
    package static func held(in home: Home) -> [String] {
        let names = (try? FileSystem.names(in: home.locksPath)) ?? []
        let ids = names.filter { $0.hasSuffix(".lock") }.map { String($0.dropLast(".lock".count)) }
        return ids.sorted().filter { isHeld(home, runID: $0) }
    }

    /// Removes the lock file, when the run is over.
    package func remove() { unlink(path) }

    private static func path(_ home: Home, _ runID: String) -> String {
        // Ids consist of letters and digits; anything else could lead out of the folder.
        "\(home.locksPath)/" + String(runID.filter { $0.isLetter || $0.isNumber }) + ".lock"
    }

    private static func isNamed(_ descriptor: Int32, _ path: String) -> Bool {
        var (own, named) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && stat(path, &named) == 0 && own.st_ino == named.st_ino
    }
}

/// The lock of the one service of a home, and the text in which its holder describes itself.
///
/// The system frees it when the process ends, however it ends; the text is only read while the lock is held.
package final class ServiceLock: Sendable {
    /// The id of the lock, under which the service forwards.
    package static let id = "serve"

    private let lock: RunLock
    private let home: Home

    /// Another service has the home.
    package struct HeldError: Error, Hashable, CustomStringConvertible {
        package var holder: String

        package var description: String { "another service has this home: \(holder)" }
    }

    /// Takes the lock.
    ///
    /// - Throws: ``HeldError`` if another process has it, ``FileError`` if the lock file cannot be opened.
    package init(_ home: Home) throws {
        self.home = home
        guard let lock = try RunLock(home, runID: Self.id) else {
            let text = (try? FileSystem.read(home.servicePath, upTo: 1 << 22)).map {
                String(decoding: $0.prefix(300), as: UTF8.self)
            }
            throw HeldError(holder: text.flatMap { $0.isEmpty ? nil : $0 } ?? "it has only just started")
        }
        self.lock = lock
        // The text of the previous service is out of date.
        try FileSystem.replace(home.servicePath, with: [])
    }

    /// Stores the description that a second service shows: one line, such as the process and the address.
    package func announce(_ holder: String) throws(FileError) {
        try FileSystem.replace(home.servicePath, with: Array(holder.utf8))
    }
}
