package import RingbackHome
import SimulationAPI

/// What is kept of runs, events, monitors, deliveries, slots and tokens.
package final class RunStore: Sendable {
    let home: Home
    let database: any StoreDatabase

    /// Runs `body` with the database of a home, which is made if it is missing, and closes it afterwards.
    ///
    /// - Throws: an error of the database if it cannot be opened, or what `body` throws.
    package static func with<Result>(_ home: Home, body: (RunStore) async throws -> Result) async throws -> Result {
        let database = try await BlockingWork.run { try SQLiteDatabase(home) }
        let result = await Swift.Result {
            try await BlockingWork.run { try database.checkAfterUncleanStop(of: home) }
            return try await body(RunStore(home, database))
        }
        try? await BlockingWork.run { try database.close() }
        return try result.get()
    }

    init(_ home: Home, _ database: any StoreDatabase) { (self.home, self.database) = (home, database) }

    /// Reads the database as it is at one moment, off the threads of the concurrency pool.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try await BlockingWork.run { try self.database.read(body) }
    }

    /// Runs a transaction that writes, off the threads of the concurrency pool.
    func write<Result: Sendable>(
        _ updates: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try await BlockingWork.run { try self.writeBlocking(updates) }
    }

    /// Runs a transaction that writes, on the calling thread.
    ///
    /// - Parameter locked: called as soon as nobody else can write.
    func writeBlocking<Result>(
        locked: () -> Void = {},
        _ updates: (any StoreTransaction) throws -> Result
    ) throws -> Result {
        try database.write(locked: locked, updates)
    }

    /// Fails if the database cannot be written; changes nothing.
    package func checkWritable() async throws {
        try await execute("UPDATE lastChange SET version = version")
    }

    /// Runs one statement in a transaction of its own; returns the number of rows that it changed.
    @discardableResult
    func execute(_ sql: String, _ values: [any StoreBindable] = []) async throws -> Int {
        try await write { try $0.execute(sql, values) }
    }

    /// Passes the rows of a query to `body` one by one, so memory does not grow with their number.
    func eachRow(
        _ sql: String,
        _ values: [any StoreBindable],
        _ body: @escaping @Sendable (any StoreRow) throws -> Void
    ) async throws {
        try await read { transaction in
            try transaction.each(sql, values) { row in
                try body(row)
                return true
            }
        }
    }

    /// What an error of the database means for the events that were to be written.
    func refusal(of error: any Error) -> InboxRefusal { database.refusal(of: error) }
}
