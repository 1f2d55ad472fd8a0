import PostgreSQL
import RingbackHome
import RingbackTestKit
import Testing

/// Hints over a connection of their own.
@Suite(.timeLimit(.minutes(5)))
struct PostgresListenerTests {
    @Test func aHintComesAfterTheCommitAndNoHintAfterARollback() async throws {
        let address = try await PostgresServer.shared().freshDatabase()
        let hints = Shared(0)
        let listener = PostgresListener(address, channel: "ringback_test") { hints.withLock { $0 += 1 } }
        async let listening: Void = BlockingWork.run { listener.run() }
        let pool = PostgresPool(address)
        defer { pool.close() }
        func isListening() throws -> Bool {
            let sql = """
                SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN ringback_test'
                """
            return try pool.transaction { try $0.run(sql).row(0)[0] == .integer(1) }
        }
        try await eventually { try isListening() }
        struct Refusal: Error {}
        #expect(throws: Refusal.self) {
            try pool.transaction { session in
                try session.run(script: "NOTIFY ringback_test")
                throw Refusal()
            }
        }
        try pool.transaction { try $0.run(script: "NOTIFY ringback_test") }
        try await eventually { hints.withLock { $0 } == 1 }
        // A session that was ended is opened anew.
        try pool.transaction { session in
            let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN ringback_test'"
            _ = try session.run(sql)
        }
        try await eventually(every: .milliseconds(100)) {
            guard try isListening() else { return false }
            try pool.transaction { try $0.run(script: "NOTIFY ringback_test") }
            return hints.withLock { $0 } > 1
        }
        listener.close()
        try await listening
    }

    @Test func itEndsWithoutAServer() async throws {
        let listener = PostgresListener("postgresql://127.0.0.1:1/none", channel: "ringback_test") {}
        async let listening: Void = BlockingWork.run { listener.run() }
        listener.close()
        try await listening
    }
}
