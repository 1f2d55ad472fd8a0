import GRDB
import Glibc
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
        let runs = isOwn && damages.isEmpty ? try Int.fetchOne(database, sql: "SELECT count(*) FROM runs") ?? 0 : 0
        return Self(isOwn: isOwn, format: format, supportedFormat: Schema.version, damages: damages, runs: runs)
    }
}

/// A home's database, opened for reading only.
enum ReadOnlyDatabase {
    /// Passes the database to `body`, on the calling thread; other processes may write meanwhile.
    ///
    /// Opened and closed under the home's lock, as everything that may checkpoint. In a home that this process may not
    /// write it takes no lock: it reads a log that other processes use as it is, and copies a database without one,
    /// because SQLite would have to make files beside it.
    static func with<Result>(_ home: Home, _ body: (Database) throws -> Result) throws -> Result {
        try DatabaseFailure.explaining(home.databasePath) { try opened(home, body) }
    }

    private static func opened<Result>(_ home: Home, _ body: (Database) throws -> Result) throws -> Result {
        try home.requireShortPath()
        let queue: DatabaseQueue
        do {
            // A connection that may write, and is the last to close, moves the log into the database. A connection that
            // may only read, and finds no log, leaves an empty one. So each is used if it leaves the files unchanged.
            queue = try home.lock.withLock {
                let hasLog = try FileSystem.inspect("\(home.databasePath)-wal") != nil
                return try open(home.databasePath, readonly: hasLog)
            }
        } catch let error as FileError where [EROFS, EACCES, EPERM].contains(error.errorNumber) {
            return try withoutLock(home, body)
        }
        let result = Swift.Result { try queue.inDatabase(body) }
        try home.lock.withLock { try queue.close() }
        return try result.get()
    }

    private static func withoutLock<Result>(_ home: Home, _ body: (Database) throws -> Result) throws -> Result {
        let path = home.databasePath
        if try FileSystem.inspect("\(path)-shm") != nil { return try open(path, readonly: true).inDatabase(body) }
        return try FileSystem.withTemporaryFolder { folder in
            let copy = Home(inspecting: folder).databasePath
            for end in ["", "-wal"] where try FileSystem.inspect(path + end) != nil {
                try FileSystem.copy(path + end, to: copy + end)
            }
            let queue = try open(copy, readonly: false)
            defer { try? queue.close() }
            return try queue.inDatabase(body)
        }
    }

    private static func open(_ path: String, readonly: Bool) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "ringback.reader"
        configuration.busyMode = .timeout(5)
        configuration.readonly = readonly
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = ON; PRAGMA mmap_size = 0") }
        return try DatabaseQueue(path: path, configuration: configuration)
    }
}

extension Home {
    /// The path of the database is longer than SQLite takes.
    package struct LongPathError: Error, Hashable, CustomStringConvertible {
        var path: String

        package var description: String {
            "the path \(path) is \(path.utf8.count) bytes long, and SQLite takes \(Home.longestDatabasePath) at most; "
                + "choose a shorter home with --home or RINGBACK_HOME"
        }
    }

    /// 512 bytes less the ending of a journal.
    fileprivate static let longestDatabasePath = 504

    /// Fails if the path of the database is longer than SQLite takes.
    package func requireShortPath() throws(LongPathError) {
        let path = databasePath.hasPrefix("/") ? databasePath : "\(FileSystem.workingDirectory)/\(databasePath)"
        guard path.utf8.count <= Self.longestDatabasePath else { throw LongPathError(path: path) }
    }
}
