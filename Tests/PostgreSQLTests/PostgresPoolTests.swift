import Foundation
import PostgreSQL
import RingbackHome
import RingbackTestKit
import Testing

/// The bounded pool, and transactions over it.
@Suite(.timeLimit(.minutes(5)))
struct PostgresPoolTests {
    private static func sessions(_ pool: PostgresPool) throws -> Int64? {
        try pool.transaction(.urgent, isReadOnly: true) { connection in
            let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ringback'"
            return try connection.run(sql).row(0).first?.integer
        }
    }

    private struct Refusal: Error {}

    @Test func aTransactionTakesPlaceAsAWholeOrNotAtAll() async throws {
        try await PostgresServer.with { server in
            let pool = PostgresPool(server.address())
            defer { pool.close() }
            try pool.transaction { try $0.run(script: "CREATE TABLE t(n bigint)") }
            #expect(throws: Refusal.self) {
                try pool.transaction { connection in
                    _ = try connection.run("INSERT INTO t VALUES($1)", [.integer(1)])
                    throw Refusal()
                }
            }
            try pool.transaction { _ = try $0.run("INSERT INTO t VALUES($1)", [.integer(2)]) }
            let rows = try pool.transaction(isReadOnly: true) { try $0.run("SELECT n FROM t").rows() }
            #expect(rows == [[.integer(2)]])
            // What a transaction has set is not left for the next user of the connection.
            let limits = try pool.withConnection { connection in
                try ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"].map {
                    try connection.run("SELECT current_setting($1)", [.text($0)]).row(0)[0].text
                }
            }
            #expect(limits == ["0", "0", "0"])
            let writing = PostgresConnectionTests.failure {
                try pool.transaction(isReadOnly: true) { _ = try $0.run("INSERT INTO t VALUES(3)") }
            }
            #expect(writing?.outlook == .readOnly)
        }
    }

    @Test func thereAreNoMoreConnectionsThanAllowed() async throws {
        try await PostgresServer.with { server in
            let pool = PostgresPool(server.address(), connections: 3)
            defer { pool.close() }
            let most = Shared<Int64>(0)
            try await withThrowingTaskGroup { group in
                for _ in 0..<12 {
                    group.addTask {
                        try await BlockingWork.run {
                            try pool.transaction { _ = try $0.run("SELECT pg_sleep(0.05)") }
                            let seen = try Self.sessions(pool) ?? 0
                            most.withLock { $0 = max($0, seen) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(most.withLock { $0 } <= 3 && most.withLock { $0 } >= 2)
        }
    }

    /// What is urgent does not wait behind work that holds all other connections.
    @Test func whatIsUrgentHasAConnectionOfItsOwn() async throws {
        try await PostgresServer.with { server in
            var limits = PostgresPool.TimeLimits()
            limits.turn = .milliseconds(100)
            let pool = PostgresPool(server.address(), connections: 2, limits: limits)
            defer { pool.close() }
            try pool.transaction { _ in
                let sessions = try Self.sessions(pool)
                #expect(sessions == 2)
                let second = PostgresConnectionTests.failure { try pool.transaction { _ in } }
                #expect(second?.code == .timeout)
            }
        }
    }

    /// Work that passes many rows on leaves connections for short work, of this process and of others behind one pooler.
    @Test func longWorkLeavesAConnection() async throws {
        try await PostgresServer.with { server in
            var limits = PostgresPool.TimeLimits()
            limits.turn = .milliseconds(100)
            let pool = PostgresPool(server.address(), connections: 4, limits: limits)
            defer { pool.close() }
            try pool.transaction(.long) { _ in
                let second = PostgresConnectionTests.failure { try pool.transaction(.long) { _ in } }
                #expect(second?.code == .timeout)
                try pool.transaction(.answer) { _ in
                    let work = try pool.transaction { try $0.run("SELECT 2").row(0) }
                    #expect(work == [.integer(2)])
                }
            }
            // What long work took is given back.
            #expect(try pool.transaction(.long) { try $0.run("SELECT 3").row(0) } == [.integer(3)])
        }
    }

    /// A pool goes on with the connections of another, on a server that has no place for more.
    @Test func connectionsAreHandedOn() async throws {
        try await PostgresServer.with { server in
            let first = PostgresPool(server.address(), connections: 2, limits: .forOpening)
            let own = { (pool: PostgresPool) in try pool.transaction { Int64($0.ask { $0.serverProcess }) } }
            let process = try own(first)
            let second = PostgresPool(server.address(), connections: 3)
            defer { second.close() }
            second.takeConnections(of: first)
            first.close()
            #expect(try own(second) == process)
        }
    }

    /// What pgbouncer refuses has one code, and only some of it passes by itself.
    @Test(
        arguments: [
            ("unsupported startup parameter: options", false), ("no such database: x", false),
            ("unsupported options startup parameter: only '-c config=val' is allowed", false),
            ("SASL authentication failed", false), ("password authentication failed", false), ("SSL required", false),
            ("server login has been failing, try again later (server_login_retry)", true),
            ("no more connections allowed (max_client_conn)", true), ("pgbouncer cannot connect to server", true),
        ]
    )
    func whatAPoolerRefuses(_ message: String, _ passes: Bool) {
        let error = PostgresError(.refused, message, state: "08P01")
        #expect(error.outlook == (passes ? .passing : .lasting))
    }

    @Test func connectionsThatWereEndedAreOpenedAnew() async throws {
        try await PostgresServer.with { server in
            let pool = PostgresPool(server.address())
            defer { pool.close() }
            try pool.transaction { _ = try $0.run("SELECT 1") }
            var other = try PostgresConnection(to: server.address(), timeout: .seconds(10))
            _ = try other.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            #expect(try pool.transaction { try $0.run("SELECT 2").row(0) } == [.integer(2)])
            // In the middle of a transaction nothing is repeated: what it did so far is not known to the pool.
            let ended = PostgresConnectionTests.failure {
                try pool.transaction { connection in
                    let own = Int64(connection.ask { $0.serverProcess })
                    _ = try other.run("SELECT pg_terminate_backend($1::bigint::int)", [.integer(own)])
                    _ = try connection.run("SELECT 1")
                }
            }
            #expect(ended?.outlook == .passing, "\(ended.map { "\($0)" } ?? "nothing failed")")
            #expect(try pool.transaction { try $0.run("SELECT 3").row(0) } == [.integer(3)])
        }
    }

    /// Work that passes many rows on may take longer than other work, and its rows may be used slowly.
    @Test func longWorkMayTakeLong() async throws {
        try await PostgresServer.with { server in
            var limits = PostgresPool.TimeLimits()
            (limits.statement, limits.idle) = (.milliseconds(200), .milliseconds(200))
            let pool = PostgresPool(server.address(), limits: limits)
            defer { pool.close() }
            let slow = "SELECT n, pg_sleep(0.1)::text FROM generate_series(1, 5) AS n"
            for lane in [PostgresPool.Lane.work, .answer, .longAnswer, .urgent] {
                let refusal = PostgresConnectionTests.failure { try pool.transaction(lane) { _ = try $0.run(slow) } }
                #expect(refusal?.state == "57014", "\(lane) \(refusal.map { "\($0)" } ?? "")")
            }
            var rows = 0
            try pool.transaction(.long, isReadOnly: true) { session in
                try session.each(slow, []) { _ in
                    rows += 1
                    // The server has sent its last row long before it is taken.
                    usleep(rows == 1 ? 1_500_000 : 0)
                    return true
                }
            }
            #expect(rows == 5)
            // A process that was stopped holds nobody up.
            let usual = PostgresPool(server.address())
            defer { usual.close() }
            for (lane, time) in [(PostgresPool.Lane.long, "10s"), (.work, "4s")] {
                let question = "SHOW idle_in_transaction_session_timeout"
                #expect(try usual.transaction(lane) { try $0.run(question).row(0) } == [.text(time)])
            }
        }
    }

    @Test func theServerEndsWhatHoldsOthersUp() async throws {
        try await PostgresServer.with { server in
            var limits = PostgresPool.TimeLimits()
            (limits.lock, limits.statement) = (.milliseconds(100), .milliseconds(500))
            let pool = PostgresPool(server.address(), limits: limits)
            defer { pool.close() }
            try pool.transaction { try $0.run(script: "CREATE TABLE t(n bigint)") }
            var holder = try PostgresConnection(to: server.address(), timeout: .seconds(10))
            try holder.run(script: "BEGIN; LOCK TABLE t")
            for (statement, state) in [("SELECT * FROM t", "55P03"), ("SELECT pg_sleep(60)", "57014")] {
                let refusal = PostgresConnectionTests.failure { try pool.transaction { _ = try $0.run(statement) } }
                #expect(refusal?.state == state && refusal?.outlook == .passing)
            }
        }
    }
}
