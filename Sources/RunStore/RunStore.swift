import GRDB
package import RingbackHome

/// A home's SQLite database: runs, events, monitors, deliveries and slots.
///
/// SQLite before 3.51.3 can lose committed pages when one connection checkpoints while another commits (the "WAL-reset
/// bug"). So every write, checkpoint, open and close happens under the home's lock, across processes; readers only read.
package final class RunStore: Sendable {
    let home: Home
    let pool: DatabasePool
    let lock: HomeLock
    private let marker: OpenMarker

    /// Runs `body` with the database of a home, which is made if it is missing, and closes it afterwards.
    ///
    /// - Throws: an error of the database if it cannot be opened, or what `body` throws.
    package static func with<Result>(_ home: Home, body: (RunStore) async throws -> Result) async throws -> Result {
        let store = try await BlockingWork.run {
            try DatabaseFailure.explaining(home.databasePath) { try RunStore(home) }
        }
        let result = await Swift.Result {
            try await BlockingWork.run {
                try DatabaseFailure.explaining(home.databasePath) { try store.checkAfterUncleanStop() }
            }
            return try await body(store)
        }
        try? await BlockingWork.run {
            try store.lock.withLock {
                try store.pool.close()
                store.marker.remove()
            }
        }
        return try result.get()
    }

    /// The database is damaged.
    package struct DamagedDatabaseError: Error, CustomStringConvertible {
        package var damages: [String]
        package var path: String
        package var description: String {
            "the database \(path) is damaged (\(damages.joined(separator: "; "))); move it and the files beside it away, or "
                + "put a backup in its place"
        }
    }

    private init(_ home: Home) throws {
        try home.requireShortPath()
        self.home = home
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
        (pool, marker) = try lock.withLock {
            let marker = try OpenMarker(home)
            // Created before SQLite does it, for its mode: other users must not read bodies of webhooks.
            FileSystem.close(try FileSystem.open(path, FileSystem.readWriteCreate))
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                // Not above: the pool sets NORMAL when it changes to WAL, and then a power cut can undo commits.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try Schema.check(database)
            }
            try Schema.migrator.migrate(pool)
            return (pool, marker)
        }
    }

    /// Looks for damage, which takes its time; only if a process died while it had the database open.
    private func checkAfterUncleanStop() throws {
        let left = try OpenMarker.left(in: home)
        guard !left.isEmpty else { return }
        let damages = try pool.read { try StoreHealth.damages(of: $0) }
        guard damages.isEmpty else { throw DamagedDatabaseError(damages: damages, path: home.databasePath) }
        OpenMarker.remove(left)
    }

    /// Reads the database as it is at one moment.
    func read<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        do { return try await pool.read(body) } catch let error as DatabaseError {
            throw DatabaseFailure(error: error, path: home.databasePath)
        }
    }

    /// Runs a write transaction under the home's lock, off the threads of the concurrency pool.
    func write<Result: Sendable>(_ updates: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        try await BlockingWork.run {
            try DatabaseFailure.explaining(self.home.databasePath) { try self.writeBlocking(updates) }
        }
    }

    /// Fails if the database cannot be written; writes what is there already.
    package func checkWritable() async throws {
        try await write { try $0.execute(sql: "PRAGMA user_version = \(Schema.version)") }
    }

    /// Runs one statement in a write transaction of its own.
    func execute(_ sql: String, _ arguments: StatementArguments) async throws {
        try await write { try $0.execute(sql: sql, arguments: arguments) }
    }

    /// Passes the rows of a query to `body` one by one, so memory does not grow with their number.
    func eachRow(
        _ sql: String,
        _ arguments: StatementArguments,
        _ body: @escaping @Sendable (Row) throws -> Void
    ) async throws {
        try await BlockingWork.run {
            try DatabaseFailure.explaining(self.home.databasePath) {
                try self.pool.read { database in
                    let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
                    while let row = try rows.next() { try body(row) }
                }
            }
        }
    }

    /// Runs a write transaction under the home's lock, on the calling thread.
    ///
    /// - Parameter locked: called as soon as the lock is taken.
    func writeBlocking<Result>(locked: () -> Void = {}, _ updates: (Database) throws -> Result) throws -> Result {
        try lock.withLock {
            locked()
            return try pool.writeWithoutTransaction { database in
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

extension Database {
    /// The rows of a query with two columns, a text and a number.
    func numbers(_ sql: String, _ arguments: StatementArguments) throws -> [(key: String?, number: Int)] {
        try Row.fetchAll(self, sql: sql, arguments: arguments).map { ($0[0], $0[1]) }
    }
}
