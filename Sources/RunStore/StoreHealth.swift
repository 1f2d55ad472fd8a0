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
