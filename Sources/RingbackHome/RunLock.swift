#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The lock that a run holds for life: whoever can take it knows that the run's process is dead.
///
/// The system frees it when the process ends, however it ends. Each use has a descriptor of its own, so it excludes
/// threads of one process too.
package final class RunLock: Sendable {
    private let path: String
    private let descriptor: Int32

    /// Takes the lock of a run; `nil` where a living run holds it.
    ///
    /// - Throws: ``FileError`` where the lock file cannot be opened.
    package init?(_ home: Home, runID: String) throws(FileError) {
        try FileSystem.makeDirectory(home.locksPath)
        path = Self.path(home, runID)
        // A lock that a finished run has just removed would be nobody's: look whether it still has its name.
        while true {
            let descriptor = try FileSystem.open(path, FileSystem.readWriteCreate)
            guard Self.tryLock(descriptor) else {
                FileSystem.close(descriptor)
                return nil
            }
            if Self.isNamed(descriptor, path) {
                self.descriptor = descriptor
                return
            }
            FileSystem.close(descriptor)
        }
    }

    deinit { FileSystem.close(descriptor) }

    /// Whether a living run holds the lock of this id.
    package static func isHeld(_ home: Home, runID: String) -> Bool {
        guard let descriptor = try? FileSystem.open(path(home, runID), O_RDWR) else { return false }
        defer { FileSystem.close(descriptor) }
        return !tryLock(descriptor)
    }

    /// Takes the lock file away; the run is over and needs it no more.
    package func remove() { unlink(path) }

    private static func path(_ home: Home, _ runID: String) -> String {
        // Ids are made of letters and digits; nothing else may lead out of the folder.
        "\(home.locksPath)/" + String(runID.filter { $0.isLetter || $0.isNumber }) + ".lock"
    }

    private static func tryLock(_ descriptor: Int32) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EINTR else { return false }
        }
        return true
    }

    private static func isNamed(_ descriptor: Int32, _ path: String) -> Bool {
        var (own, named) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && stat(path, &named) == 0 && own.st_ino == named.st_ino
    }
}
