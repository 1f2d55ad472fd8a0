import Synchronization

/// A connection that a pool lends to one piece of work at a time.
package final class PostgresSession: Sendable {
    private let connection: Mutex<PostgresConnection>

    init(_ connection: consuming PostgresConnection) { self.connection = Mutex(connection) }

    /// A connection outside of any pool.
    package convenience init(to address: String) throws(PostgresError) {
        self.init(try PostgresConnection(to: address, timeout: .seconds(10)))
    }

    /// Runs one statement; see ``PostgresConnection/run(_:_:)``.
    package func run(_ sql: String, _ values: [PostgresValue] = []) throws(PostgresError) -> PostgresResult {
        try alone { (connection) throws(PostgresError) in try connection.run(sql, values) }
    }

    /// Runs statements in one exchange; see ``PostgresConnection/runAll(_:)``.
    package func runAll(_ statements: [PostgresConnection.Bound]) throws(PostgresError) -> [[PostgresValue]?] {
        try alone { (connection) throws(PostgresError) in try connection.runAll(statements) }
    }

    package func run(script: String) throws(PostgresError) {
        try alone { (connection) throws(PostgresError) in try connection.run(script: script) }
    }

    /// Passes the rows of a query to `body`, one by one; see ``PostgresConnection/each(_:_:_:)``.
    package func each(
        _ sql: String,
        _ values: [PostgresValue],
        _ body: (borrowing PostgresResult) throws -> Bool
    ) throws {
        try alone { connection in try connection.each(sql, values, body) }
    }

    /// How long a statement may take from now on.
    package func setPatience(_ patience: Duration) { connection.withLock { $0.patience = patience } }

    /// Whether it can be used again: it is not broken, and no transaction was left open in it.
    var isClean: Bool { connection.withLock { !$0.isBroken && !$0.isInTransaction } }

    /// The process id of the server's side, and whatever else a connection knows of itself.
    package func ask<Answer: Sendable>(_ question: (borrowing PostgresConnection) -> Answer) -> Answer {
        connection.withLock { question($0) }
    }

    private func alone<Result: ~Copyable, Failure: Error>(
        _ body: (inout PostgresConnection) throws(Failure) -> sending Result
    ) throws(Failure) -> Result {
        // A statement within the rows of a query would wait for itself for ever.
        guard let result = try connection.withLockIfAvailable(body) else {
            preconditionFailure("the rows of a query are read before the next statement runs")
        }
        return result
    }
}
