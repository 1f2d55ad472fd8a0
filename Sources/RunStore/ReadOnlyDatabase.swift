import GRDB
import RingbackHome

/// A home's database, looked at and left as it is.
enum ReadOnlyDatabase {
    /// Gives the database to `body`, on the calling thread; others may write meanwhile.
    ///
    /// Opened and closed under the home's lock, as everything that may checkpoint.
    static func with<Result>(_ home: Home, _ body: (Database) throws -> Result) throws -> Result {
        var configuration = Configuration()
        configuration.label = "ringback.reader"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = ON; PRAGMA mmap_size = 0") }
        let queue = try home.lock.withLock {
            // Whoever may write and is the last to close moves a log into the database; whoever may only read, and
            // finds no log, makes an empty one and leaves it. So each is what leaves the files as they are.
            configuration.readonly = try FileSystem.inspect("\(home.databasePath)-wal") != nil
            return try DatabaseQueue(path: home.databasePath, configuration: configuration)
        }
        let result = Swift.Result { try queue.inDatabase(body) }
        try home.lock.withLock { try queue.close() }
        return try result.get()
    }
}
