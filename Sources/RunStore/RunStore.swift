import GRDB
package import RingbackHome
import SimulationAPI

/// What is kept of runs and their events, in a home's SQLite database.
///
/// SQLite before 3.51.3 can lose committed pages when one connection checkpoints while another commits (the "WAL-reset
/// bug"). So every write, checkpoint, open and close happens under the home's lock, across processes; readers only read.
package final class RunStore: Sendable {
    let pool: DatabasePool
    let lock: HomeLock

    /// Runs `body` with the database of a home, made where it is missing, and closes it afterwards.
    ///
    /// - Throws: where the database cannot be opened, or what `body` throws.
    package static func with<Result>(_ home: Home, body: (RunStore) async throws -> Result) async throws -> Result {
        let store = try await BlockingWork.run { try RunStore(home) }
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(store))
        } catch {
            result = .failure(error)
        }
        try? await BlockingWork.run { try store.lock.withLock { try store.pool.close() } }
        return try result.get()
    }

    private init(_ home: Home) throws {
        lock = home.lock
        var configuration = Configuration()
        configuration.label = "ringback"
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 2
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA trusted_schema = OFF;
                    PRAGMA mmap_size = 0;
                    PRAGMA journal_size_limit = 67108864;
                    """
            )
        }
        let path = home.databasePath
        pool = try lock.withLock {
            // Made by hand first, for its mode: bodies of webhooks are nobody else's business.
            FileSystem.close(try FileSystem.open(path, FileSystem.readWriteCreate))
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                // Not above: the pool itself sets NORMAL when it turns to WAL, and then a power cut takes back commits.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try database.inTransaction(.immediate) {
                    try Schema.prepare(database)
                    return .commit
                }
            }
            return pool
        }
    }

    /// Runs a write transaction under the home's lock, off the threads of the concurrency pool.
    func write<Result: Sendable>(_ updates: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        try await BlockingWork.run { try self.writeBlocking(updates) }
    }

    func writeBlocking<Result>(_ updates: (Database) throws -> Result) throws -> Result {
        try lock.withLock {
            try pool.writeWithoutTransaction { database in
                var result: Result?
                try database.inTransaction(.immediate) {
                    result = try updates(database)
                    return .commit
                }
                guard let result else { preconditionFailure("a committed transaction has a result") }
                return result
            }
        }
    }
}
