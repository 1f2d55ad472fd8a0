#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The lock round every write to a home, across threads and processes.
///
/// A turnstile of two file locks: take the gate, take the room, leave the gate, write, leave the room. Whoever waits
/// holds the gate, so a busy writer that comes back must queue behind it and starves nobody. The system frees both
/// locks when a process dies. Blocks the calling thread: not for the threads of the concurrency pool.
package struct HomeLock: Hashable, Sendable {
    private let directory: String

    /// The lock of a home's folder.
    package init(directory: String) { self.directory = directory }

    /// Runs `body` while no other thread or process does.
    ///
    /// - Throws: ``FileError`` where a lock file cannot be opened, or what `body` throws.
    package func withLock<Result>(_ body: () throws -> Result) throws -> Result {
        // Descriptors of their own for every use: flock then excludes threads of one process too.
        let gate = try FileSystem.open("\(directory)/gate.lock", O_RDWR | O_CREAT)
        let room: Int32
        do {
            defer { FileSystem.close(gate) }
            try take(gate)
            room = try FileSystem.open("\(directory)/room.lock", O_RDWR | O_CREAT)
            do {
                try take(room)
            } catch {
                FileSystem.close(room)
                throw error
            }
        }
        defer { FileSystem.close(room) }
        return try body()
    }

    private func take(_ descriptor: Int32) throws(FileError) {
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw FileError("lock", directory, errno) }
        }
    }
}
