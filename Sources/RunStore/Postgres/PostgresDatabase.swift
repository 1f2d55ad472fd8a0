import PostgreSQL
import SimulationAPI

/// A database of PostgreSQL, which many machines can share.
///
/// Transactions read what is committed as they go; the few that decide by what they have read take a lock of a name first.
final class PostgresDatabase: StoreDatabase {
    let pool: PostgresPool
    let isShared = true
    /// The address for a connection that listens; `nil` if the role has few connections.
    private let listening: String?

    init(_ pool: PostgresPool, listening: String? = nil) { (self.pool, self.listening) = (pool, listening) }

    func hints(
        _ wake: @escaping @Sendable () -> Void
    ) -> (listen: @Sendable () -> Void, stop: @Sendable () -> Void)? {
        guard let listening else { return nil }
        let listener = PostgresListener(listening, channel: PostgresTransaction.channel, hint: wake)
        return ({ listener.run() }, { listener.close() })
    }

    func close() { pool.close() }

    func read<Result>(_ lane: StoreLane, _ body: (any StoreTransaction) throws -> Result) throws -> Result {
        try pool.transaction(lane.pool, isReadOnly: true) { try body(PostgresTransaction($0)) }
    }

    func write<Result>(
        _ lane: StoreLane,
        locked: () -> Void,
        _ body: (any StoreTransaction) throws -> Result
    ) throws -> Result {
        var retry = StoreRetry(patience: .seconds(10))
        while true {
            do {
                return try pool.transaction(lane.pool) { session in
                    locked()
                    return try body(PostgresTransaction(session))
                }
            } catch let error as PostgresError {
                if error.outlook == .readOnly { pool.reopen() }
                // The server has undone one of two transactions that waited for each other.
                guard error.isConflict, retry.waits() else { throw error }
            }
        }
    }

    func requireUsableSchema(_ transaction: any StoreTransaction) throws {
        let found = try transaction.first("SELECT version, oldest FROM ringbackSchema") {
            PostgresSchema.Version(number: $0[0], oldest: $0[1])
        }
        guard let found else { throw SchemaError.missing(elsewhere: []) }
        guard found.oldest <= PostgresSchema.current.number else { throw SchemaError.tooNew(found) }
    }

    func checkWritable() throws {
        try pool.rehearsal { session in
            try PostgresSchema.check(session)
            try session.run(script: "UPDATE ringbackSchema SET version = version WHERE false")
        }
    }

    /// A server that cannot be reached or refuses now will take events again; what it has committed stays.
    func refusal(of error: any Error) -> InboxRefusal { .failed("\(error)") }

    func isPassing(_ error: any Error) -> Bool {
        guard let error = error as? PostgresError else { return false }
        return error.outlook != .lasting
    }
}

extension StoreLane {
    fileprivate var pool: PostgresPool.Lane {
        switch self {
        case .work: .work
        case .long: .long
        case .answer: .answer
        case .longAnswer: .longAnswer
        case .urgent: .urgent
        }
    }
}
