import ExactJSON
import PostgreSQL
package import RingbackHome

/// What an inspection of a store that machines share finds; it changes nothing.
package struct SharedStoreHealth: Hashable, Sendable {
    /// Such as `15.18`.
    package var serverVersion: String
    /// Whether Ringback can use a server of this version.
    package var isRecentEnough: Bool
    package var role: String
    package var schema: String
    /// The version of the tables; `nil` if the database has no tables yet and this role may make them.
    package var tables: Int64?
    /// The other schemas of the database that have tables of Ringback.
    package var otherSchemas: [String]
    /// Whether the server takes no writes: it is a standby, or was set so.
    package var isReadOnly: Bool
    /// The median time of a question and its answer, in milliseconds.
    package var latency: Double
    /// How far the server's clock, by which leases end, is ahead of this machine's, in seconds.
    package var clockDifference: Double
    /// Whether a pooler stands between.
    package var hasPooler: Bool
    /// The most connections of the role; `nil` for no limit of its own.
    package var connectionLimit: Int?

    package init(
        serverVersion: String,
        isRecentEnough: Bool,
        role: String,
        schema: String,
        tables: Int64?,
        isReadOnly: Bool,
        latency: Double,
        clockDifference: Double,
        hasPooler: Bool,
        connectionLimit: Int?,
        otherSchemas: [String] = []
    ) {
        (self.serverVersion, self.isRecentEnough) = (serverVersion, isRecentEnough)
        (self.role, self.schema, self.tables, self.isReadOnly) = (role, schema, tables, isReadOnly)
        (self.latency, self.clockDifference) = (latency, clockDifference)
        (self.hasPooler, self.connectionLimit, self.otherSchemas) = (hasPooler, connectionLimit, otherSchemas)
    }

    /// The oldest version of PostgreSQL that is supported.
    package static let oldestServer = 14

    /// Looks at a database once, without waiting for one that is out of reach.
    ///
    /// - Throws: ``SharedStoreError`` if it cannot be used.
    package static func inspect(_ place: SharedDatabase) async throws -> SharedStoreHealth {
        try await BlockingWork.run {
            let pool = PostgresPool(place.address, connections: 2, limits: .forOpening)
            defer { pool.close() }
            return try SharedStoreError.explaining {
                try pool.transaction(isReadOnly: true) { try look($0) }
            }
        }
    }

    private static func look(_ session: PostgresSession) throws -> SharedStoreHealth {
        try SharedStore.requireEncoding(session)
        try SharedStore.requireRights(session)
        let tables = try PostgresSchema.found(session)?.number
        if tables != nil { try PostgresSchema.check(session) }
        // A service makes what the tables lack when it starts.
        if (tables ?? 0) < PostgresSchema.current.number { try SharedStore.requireCreate(session) }
        let row = try session.run(
            """
            SELECT current_setting('server_version')::text, current_user::text, current_schema()::text,
              pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on', pg_backend_pid()::bigint,
              (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user)::bigint
            """
        ).row(0)
        let others = try PostgresSchema.otherSchemas(session)
        let (number, process) = session.ask { ($0.serverVersion, $0.serverProcess) }
        let (latency, clockDifference) = try measured(session)
        return SharedStoreHealth(
            serverVersion: row[0].text.map { String($0.prefix { $0 != " " }) } ?? "\(number / 10_000)",
            isRecentEnough: number >= oldestServer * 10_000,
            role: row[1].text ?? "",
            schema: row[2].text ?? "",
            tables: tables,
            isReadOnly: row[3].bool ?? false,
            latency: latency,
            clockDifference: clockDifference,
            hasPooler: row[4].integer != Int64(process),
            connectionLimit: row[5].integer.flatMap { $0 < 0 ? nil : Int($0) },
            otherSchemas: others
        )
    }

    /// The median of some round trips, and the difference of clocks as the fastest of them shows it.
    private static func measured(_ session: PostgresSession) throws -> (latency: Double, clockDifference: Double) {
        var trips: [(time: Double, difference: Double)] = []
        for _ in 0..<9 {
            let (start, before) = (ContinuousClock.now, WallClock.now.milliseconds)
            let answer = try session.run("SELECT \(PostgresTransaction.clock)").row(0)[0]
            let time = (ContinuousClock.now - start) / .milliseconds(1)
            trips.append((time, Double((answer.integer ?? 0) - before) - time / 2))
        }
        trips.sort { $0.time < $1.time }
        return (trips[4].time, trips[0].difference / 1000)
    }
}
