import Glibc

/// The folder with everything that outlives a process: the database, the audit log, the runs' files, the locks.
package struct Home: Hashable, Sendable {
    package var path: String
    /// Where its store is.
    package var store = StorePlace.current

    /// Opens the folder, which is made with mode 0700 if it is missing.
    ///
    /// - Throws: ``FileError`` if it cannot be made or is not a folder.
    package init(path: String) throws(FileError) {
        self.path = path
        try FileSystem.makeDirectory(path)
        try FileSystem.makeDirectory(auditPath)
        try FileSystem.makeDirectory(runsPath)
    }

    /// Names the places of a folder that may be missing; makes nothing.
    package init(inspecting path: String) { self.path = path }

    package var databasePath: String { "\(path)/ringback.sqlite" }
    package var auditPath: String { "\(path)/audit" }
    /// The folder of private keys and salts, which no copy of the audit log should hold.
    package var keysPath: String { "\(path)/keys" }
    /// The folder that has a folder for each run.
    package var runsPath: String { "\(path)/runs" }
    /// The folder of the locks that runs hold for life.
    package var locksPath: String { "\(path)/locks" }
    /// The folder of the markers of processes that have the database open.
    package var openMarkersPath: String { "\(path)/open" }
    /// The file with the running service's address.
    package var servicePath: String { "\(path)/service" }
    /// The lock that writers of this home share.
    package var lock: HomeLock { HomeLock(directory: path) }
}

/// The lock round every write to a home, across threads and processes.
///
/// A turnstile of two file locks: take the gate, take the room, release the gate, write, release the room. A waiting
/// writer holds the gate, so a busy writer that comes back must queue behind it. The system frees both locks when a
/// process dies. It blocks the calling thread, so it is not for the threads of the concurrency pool.
package struct HomeLock: Hashable, Sendable {
    private let directory: String

    package init(directory: String) { self.directory = directory }

    /// Runs `body` while no other thread or process does.
    ///
    /// - Throws: ``FileError`` if a lock file cannot be opened, or what `body` throws.
    package func withLock<Result>(_ body: () throws -> Result) throws -> Result {
        // Each use opens its own descriptors: flock then also excludes threads of one process.
        let room: Int32
        do {
            let gate = try take("gate")
            defer { FileSystem.close(gate) }
            room = try take("room")
        }
        defer { FileSystem.close(room) }
        return try body()
    }

    private func take(_ name: String) throws(FileError) -> Int32 {
        let descriptor = try FileSystem.open("\(directory)/\(name).lock", FileSystem.readWriteCreate)
        guard FileSystem.lock(descriptor, LOCK_EX) else {
            defer { FileSystem.close(descriptor) }
            throw FileError("lock", directory, errno)
        }
        return descriptor
    }
}
