#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that says that a process has something of a home open; it goes when the process closes it in good order.
///
/// The process holds a lock on it for life. A marker that nobody holds is that of a process that died in between, so
/// whoever opens next looks whether all is well. Made and removed under the home's lock, so several processes may have
/// markers at once.
package final class OpenMarker: Sendable {
    private let path: String
    private let descriptor: Int32

    /// Leaves a marker.
    ///
    /// - Throws: ``FileError`` where it cannot be made.
    package init(_ home: Home) throws(FileError) {
        try FileSystem.makeDirectory(home.openMarkersPath)
        path = "\(home.openMarkersPath)/\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 16))"
        descriptor = try FileSystem.open(path, O_RDWR | O_CREAT | O_EXCL)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            FileSystem.close(descriptor)
            throw FileError("lock", path, number)
        }
        // A marker that a power cut takes away would hide that power cut.
        try FileSystem.syncDirectory(home.openMarkersPath)
    }

    deinit { FileSystem.close(descriptor) }

    /// Takes the marker away: all was closed in good order.
    package func remove() { unlink(path) }

    /// The markers of processes that died; each is to be removed once somebody has looked.
    package static func left(in home: Home) throws(FileError) -> [String] {
        guard let names = try? FileSystem.names(in: home.openMarkersPath) else { return [] }
        var left: [String] = []
        for name in names {
            let path = "\(home.openMarkersPath)/\(name)"
            guard let descriptor = try? FileSystem.open(path, O_RDWR) else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { left.append(path) }
            FileSystem.close(descriptor)
        }
        return left
    }

    /// Takes the markers of dead processes away.
    package static func remove(_ paths: [String]) {
        for path in paths { unlink(path) }
    }
}
