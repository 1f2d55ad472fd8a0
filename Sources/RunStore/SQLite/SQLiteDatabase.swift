import GRDB
import RingbackHome
import SimulationAPI

/// The SQLite file of a home.
///
/// SQLite before 3.51.3 can lose committed pages when one connection checkpoints while another commits (the "WAL-reset
/// bug"). So every write, checkpoint, open and close happens under the home's lock, across processes; readers only read.
final class SQLiteDatabase: StoreDatabase {
    private let home: Home
    private let path: String
    let pool: DatabasePool
    private let lock: HomeLock
    private let marker: OpenMarker

    /// Opens the database of a home, which is made if it is missing, and brings its tables up to date.
    ///
    /// - Parameter duringMove: whether it is opened in order to be moved to a store that machines share; nothing else may use
    ///   it until that is done.
    init(_ home: Home, duringMove: Bool = false) throws {
        try home.requireShortPath()
        if !duringMove, try MoveMark.isThere(home) {
            throw MoveMark.UnfinishedError(home: home.path, isShared: false)
        }
        (self.home, path, lock) = (home, home.databasePath, home.lock)
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
        let path = path
        (pool, marker) = try DatabaseFailure.explaining(path) {
            try home.lock.withLock {
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
    }

    /// Looks for damage, which takes its time; only if a process died while it had the database open.
    func checkAfterUncleanStop(of home: Home) throws {
        let left = try OpenMarker.left(in: home)
        guard !left.isEmpty else { return }
        let damages = try DatabaseFailure.explaining(path) { try pool.read { try StoreHealth.damages(of: $0) } }
        guard damages.isEmpty else { throw DamagedDatabaseError(damages: damages, path: path) }
        OpenMarker.remove(left)
    }

    func close() throws {
        try lock.withLock {
            try pool.close()
            marker.remove()
        }
    }

    let isShared = false

    func read<Result>(_ lane: StoreLane, _ body: (any StoreTransaction) throws -> Result) throws -> Result {
        try DatabaseFailure.explaining(path) { try pool.read { try body(SQLiteTransaction($0, of: home)) } }
    }

    func write<Result>(
        _ lane: StoreLane,
        locked: () -> Void,
        _ body: (any StoreTransaction) throws -> Result
    ) throws -> Result {
        try DatabaseFailure.explaining(path) {
            try lock.withLock {
                locked()
                return try pool.writeWithoutTransaction { database in
                    var result: Result?
                    try database.inTransaction(.immediate) {
                        result = try body(SQLiteTransaction(database, of: home))
                        return .commit
                    }
                    guard let result else { preconditionFailure("a committed transaction has a result") }
                    return result
                }
            }
        }
    }

    /// None: no other machine has the file.
    func hints(
        _ wake: @escaping @Sendable () -> Void
    ) -> (listen: @Sendable () -> Void, stop: @Sendable () -> Void)? { nil }

    /// Nothing: a newer program cannot open the file as long as this one has it.
    func requireUsableSchema(_ transaction: any StoreTransaction) {}

    func checkWritable() throws {
        _ = try write(.work, locked: {}) { try $0.execute("UPDATE lastChange SET version = version") }
    }

    /// A busy file is waited for within a transaction, and other errors stay.
    func isPassing(_ error: any Error) -> Bool { false }

    /// Whether the file can be used again.
    ///
    /// After a failed write, sync or read the state of the database is unknown. A full disk and a busy database are
    /// temporary, and SQLite has rolled the transaction back.
    func refusal(of error: any Error) -> InboxRefusal {
        guard let failure = error as? DatabaseFailure else { return .failed("\(error)") }
        switch failure.error.resultCode {
        case .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_READONLY, .SQLITE_CANTOPEN:
            return .stopped(failure.reason)
        default: return .failed(failure.reason)
        }
    }
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
