import GRDB
package import RingbackHome

/// What a look at a home's database finds.
package struct StoreHealth: Hashable, Sendable {
    /// Whether the database is one of this program's.
    package var isOwn: Bool
    /// The format that it was written in.
    package var format: Int
    /// The format that this version writes.
    package var supportedFormat: Int
    /// What `PRAGMA quick_check` finds wrong; empty for a sound database.
    package var damages: [String]
    /// The runs in it.
    package var runs: Int

    /// Creates facts.
    package init(isOwn: Bool, format: Int, supportedFormat: Int, damages: [String], runs: Int) {
        self.isOwn = isOwn
        self.format = format
        self.supportedFormat = supportedFormat
        self.damages = damages
        self.runs = runs
    }

    /// The version of the SQLite library.
    package static func sqliteVersion() throws -> String {
        try DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") } ?? "unknown"
    }

    /// Looks at the database of a home and writes nothing to it; `nil` where there is none yet.
    ///
    /// Opened and closed under the home's lock, as everything that may checkpoint; checked while others write.
    package static func inspect(_ home: Home) async throws -> StoreHealth? {
        try await BlockingWork.run {
            guard try FileSystem.inspect(home.databasePath) != nil else { return nil }
            var configuration = Configuration()
            configuration.label = "ringback.doctor"
            configuration.busyMode = .timeout(5)
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = ON; PRAGMA mmap_size = 0") }
            let queue = try home.lock.withLock {
                // Whoever may write and is the last to close moves a log into the database; whoever may only read, and
                // finds no log, makes an empty one and leaves it. So each is what leaves the files as they are.
                configuration.readonly = try FileSystem.inspect("\(home.databasePath)-wal") != nil
                return try DatabaseQueue(path: home.databasePath, configuration: configuration)
            }
            let result = Result { try queue.inDatabase(look) }
            try home.lock.withLock { try queue.close() }
            return try result.get()
        }
    }

    private static func look(_ database: Database) throws -> StoreHealth {
        let isOwn = try Int.fetchOne(database, sql: "PRAGMA application_id") == Schema.applicationID
        let format = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let found = try String.fetchAll(database, sql: "PRAGMA quick_check(5)")
        let damages = found.filter { $0 != "ok" }
        let runs = isOwn && damages.isEmpty ? try Int.fetchOne(database, sql: "SELECT count(*) FROM runs") : nil
        return StoreHealth(
            isOwn: isOwn,
            format: format,
            supportedFormat: Schema.version,
            damages: damages,
            runs: runs ?? 0
        )
    }
}
