import GRDB
package import RingbackHome

/// What an inspection of a home's database finds.
package struct StoreHealth: Hashable, Sendable {
    /// Whether the database is one of this program's.
    package var isOwn: Bool
    package var format: Int
    package var supportedFormat: Int
    /// What `PRAGMA quick_check` finds wrong; empty for a sound database.
    package var damages: [String]
    package var runs: Int

    package static func sqliteVersion() throws -> String {
        try DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") } ?? "unknown"
    }

    /// Inspects the database of a home and writes nothing to it; `nil` if the home has yet to get one.
    ///
    /// Opened and closed under the home's lock, as everything that may checkpoint; other processes may write meanwhile.
    package static func inspect(_ home: Home) async throws -> StoreHealth? {
        try await BlockingWork.run {
            guard try FileSystem.inspect(home.databasePath) != nil else { return nil }
            return try ReadOnlyDatabase.with(home, look)
        }
    }

    /// What `PRAGMA quick_check` finds wrong, five things at most; empty for a sound database.
    static func damages(of database: Database) throws -> [String] {
        try String.fetchAll(database, sql: "PRAGMA quick_check(5)").filter { $0 != "ok" }
    }

    private static func look(_ database: Database) throws -> StoreHealth {
        let isOwn = try Int.fetchOne(database, sql: "PRAGMA application_id") == Schema.applicationID
        let format = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let damages = try damages(of: database)
        let runs = isOwn && damages.isEmpty ? try StoredRun.fetchCount(database) : 0
        return Self(isOwn: isOwn, format: format, supportedFormat: Schema.version, damages: damages, runs: runs)
    }
}

/// A home's database, opened for reading only.
enum ReadOnlyDatabase {
    /// Passes the database to `body`, on the calling thread; other processes may write meanwhile.
    ///
    /// Opened and closed under the home's lock, as everything that may checkpoint.
    static func with<Result>(_ home: Home, _ body: (Database) throws -> Result) throws -> Result {
        var configuration = Configuration()
        configuration.label = "ringback.reader"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = ON; PRAGMA mmap_size = 0") }
        let queue = try home.lock.withLock {
            // A connection that may write, and is the last to close, moves the log into the database. A connection that
            // may only read, and finds no log, leaves an empty one. So each is used if it leaves the files unchanged.
            configuration.readonly = try FileSystem.inspect("\(home.databasePath)-wal") != nil
            return try DatabaseQueue(path: home.databasePath, configuration: configuration)
        }
        let result = Swift.Result { try queue.inDatabase(body) }
        try home.lock.withLock { try queue.close() }
        return try result.get()
    }
}
