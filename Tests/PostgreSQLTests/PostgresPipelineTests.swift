import PostgreSQL
import RingbackTestKit
import Testing

/// Many statements in one exchange.
@Suite(.timeLimit(.minutes(5)))
struct PostgresPipelineTests {
    private static let insertion = "INSERT INTO t(n, s) VALUES($1, $2) ON CONFLICT DO NOTHING RETURNING n"

    private static func with(_ body: (PostgresPool) throws -> Void) async throws {
        let pool = PostgresPool(try await PostgresServer.shared().freshDatabase())
        defer { pool.close() }
        try pool.transaction { try $0.run(script: "CREATE TABLE t(n bigint PRIMARY KEY, s text)") }
        try body(pool)
    }

    @Test func eachStatementHasItsRowInOrder() async throws {
        try await Self.with { pool in
            // More than the buffers of the sockets hold, so that both sides must read while they write.
            let text = String(repeating: "x", count: 20_000)
            let statements = (0..<2000).map { (Self.insertion, [PostgresValue.integer(Int64($0 / 2)), .text(text)]) }
            let rows = try pool.transaction { try $0.runAll(statements) }
            #expect(rows.count == 2000)
            for (number, row) in rows.enumerated() {
                #expect(row == (number.isMultiple(of: 2) ? [.integer(Int64(number / 2))] : nil))
            }
            let mixed = try pool.transaction { session in
                try session.runAll([
                    ("SELECT 1", []), ("UPDATE t SET s = $1 WHERE n < 0", [.text("y")]),
                    ("SELECT s FROM t WHERE n = $1", [.integer(1)]),
                    ("SELECT $1::bigint", [.nullOf(.integer)]),
                ])
            }
            #expect(mixed == [[.integer(1)], nil, [.text(text)], [.null]])
            #expect(try pool.transaction { try $0.runAll([]) }.isEmpty)
        }
    }

    /// The first failure is thrown, nothing is left of the others, and the connection goes on.
    @Test func aFailureUndoesAllOfThem() async throws {
        try await Self.with { pool in
            let failure = PostgresConnectionTests.failure {
                try pool.transaction { session in
                    _ = try session.runAll([
                        (Self.insertion, [.integer(1), .null]), ("SELECT 1 / $1::bigint", [.integer(0)]),
                        ("SELECT nothing", []), (Self.insertion, [.integer(2), .null]),
                    ])
                }
            }
            #expect(failure?.state == "22012")
            #expect(try pool.transaction { try $0.run("SELECT count(*) FROM t").row(0) } == [.integer(0)])
            let sessions = try pool.transaction { session in
                try session.run(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'ringback'"
                ).row(0)[0]
            }
            #expect(sessions == .integer(1))
        }
    }
}
