import PostgreSQL
import SimulationAPI

/// A database of PostgreSQL, which many machines can share.
final class PostgresDatabase: StoreDatabase {
    private let pool: PostgresPool

    /// Opens a database, and makes the tables that it does not have.
    init(_ address: String, connections: Int = 6) throws {
        pool = PostgresPool(address, connections: connections)
        try PostgresSchema.prepare(pool)
    }

    func close() { pool.close() }

    func read<Result>(_ body: (any StoreTransaction) throws -> Result) throws -> Result {
        try pool.transaction(isReadOnly: true) { try body(PostgresTransaction(session: $0)) }
    }

    func write<Result>(locked: () -> Void, _ body: (any StoreTransaction) throws -> Result) throws -> Result {
        try pool.transaction { session in
            locked()
            return try body(PostgresTransaction(session: session))
        }
    }

    /// A server that cannot be reached or refuses now will take events again; what it has committed stays.
    func refusal(of error: any Error) -> InboxRefusal { .failed("\(error)") }
}
