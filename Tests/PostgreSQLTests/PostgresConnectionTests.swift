import PostgreSQL
import RingbackTestKit
import Testing

/// A connection against a real server.
@Suite(.timeLimit(.minutes(5)))
struct PostgresConnectionTests {
    private static func connected(_ address: String) throws(PostgresError) -> PostgresConnection {
        try PostgresConnection(to: address, timeout: .seconds(10))
    }

    /// The failure of an attempt to connect.
    private static func failure(_ address: String, timeout: Duration = .seconds(10)) -> PostgresError? {
        do {
            _ = try PostgresConnection(to: address, timeout: timeout)
            return nil
        } catch { return error }
    }

    /// The failure of a piece of work; `nil` if it has none.
    static func failure(_ work: () throws -> Void) -> PostgresError? {
        do { try work() } catch { return error as? PostgresError }
        return nil
    }

    @Test func valuesComeBackAsTheyWere() async throws {
        try await PostgresServer.with { server in
            var connection = try Self.connected(server.address())
            let values: [PostgresValue] = [
                .null, .integer(0), .integer(.min), .integer(.max), .text(""), .text("Zürich '; DROP TABLE x; --"),
                .text("\u{1F4DE}"), .bytes([]), .bytes([0, 0xFF, 0x27, 0x5C]), .bool(true), .bool(false),
                .bytes((0..<100_000).map { UInt8(truncatingIfNeeded: $0) }),
            ]
            for value in values {
                let type =
                    switch value {
                    case .null, .nullOf, .text: "text"
                    case .integer: "bigint"
                    case .bytes: "bytea"
                    case .bool: "boolean"
                    }
                let result = try connection.run("SELECT $1::\(type)", [value])
                #expect(try result.rows() == [[value]])
            }
            let all = try connection.run("SELECT $1, $2, $3, $4, $5", Array(values[1...4]) + [values[8]])
            #expect(try all.row(0) == Array(values[1...4]) + [values[8]])
            let small = try connection.run("SELECT 7::smallint, -7::integer, 7::oid, 'a'::name, 'b'::varchar")
            #expect(try small.row(0) == [.integer(7), .integer(-7), .integer(7), .text("a"), .text("b")])
        }
    }

    @Test func aRefusedStatementLeavesTheConnection() async throws {
        try await PostgresServer.with { server in
            var connection = try Self.connected(server.address())
            for (statement, state) in [
                ("SELECT 1/0", "22012"), ("nonsense", "42601"), ("SELECT * FROM missing", "42P01"),
            ] {
                let refusal = Self.failure { _ = try connection.run(statement) }
                #expect(refusal?.code == .refused && refusal?.state == state && refusal?.outlook == .lasting)
                let isBroken = connection.isBroken
                #expect(!isBroken)
            }
            #expect(Self.failure { _ = try connection.run("SELECT $1::text", [.text("a\0b")]) }?.state == "22021")
            // A type that is not read here is said, and not guessed.
            let date = try connection.run("SELECT now()")
            #expect(throws: PostgresError.self) { try date.row(0) }
            #expect(try connection.run("UPDATE pg_description SET objoid = objoid WHERE objoid < 0").changed == 0)
        }
    }

    @Test func aConnectionSaysWhyItCannotBeMade() async throws {
        try await PostgresServer.with { server in
            let missing = try #require(Self.failure(server.address("nothing")))
            #expect(missing.state == "3D000" && missing.outlook == .lasting, "\(missing)")
            #expect(!missing.message.contains("LOCATION"))
            let stranger = try #require(Self.failure(server.address(user: "stranger")))
            #expect(stranger.state == "28000" && stranger.outlook == .lasting)
            let closed = try #require(Self.failure("postgresql://x@127.0.0.1:1/x"))
            #expect(closed.code == .disconnected && closed.outlook == .passing)
            for wrong in ["postgresql://x@127.0.0.1:notaport/x", "postgresql://x@127.0.0.1:1/x?unknown=1"] {
                #expect(Self.failure(wrong)?.code == .invalidAddress)
            }
        }
        // A server that takes the connection and says nothing.
        let silent = try SilentListener()
        let start = ContinuousClock.now
        let address = "postgresql://x@127.0.0.1:\(silent.port)/x?sslmode=disable"
        #expect(Self.failure(address, timeout: .milliseconds(300))?.code == .timeout)
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(silent.connections() == 1)
    }

    @Test func anAnswerThatDoesNotComeBreaksTheConnection() async throws {
        try await PostgresServer.with { server in
            var connection = try Self.connected(server.address())
            connection.patience = .milliseconds(200)
            #expect(Self.failure { _ = try connection.run("SELECT pg_sleep(60)") }?.code == .timeout)
            let isBroken = connection.isBroken
            #expect(isBroken)
            #expect(Self.failure { _ = try connection.run("SELECT 1") }?.code == .disconnected)
        }
    }

    @Test func aServerThatStopsIsNoticed() async throws {
        try await PostgresServer.with { server in
            var connection = try Self.connected(server.address())
            await server.kill()
            #expect(Self.failure { _ = try connection.run("SELECT 1") }?.outlook == .passing)
            let isBroken = connection.isBroken
            #expect(isBroken)
            try await server.start()
            var next = try Self.connected(server.address())
            #expect(try next.run("SELECT 1").row(0) == [.integer(1)])
        }
    }

    @Test func notificationsAreHeard() async throws {
        try await PostgresServer.with { server in
            var listener = try Self.connected(server.address())
            var speaker = try Self.connected(server.address())
            try listener.run(script: "LISTEN work; LISTEN other")
            _ = try speaker.run("SELECT pg_notify('work', '')")
            // The next answer brings what was said before it.
            _ = try listener.run("SELECT 1")
            let heard = listener.notifications()
            #expect(heard == ["work"])
            let rest = listener.notifications()
            #expect(rest.isEmpty)
        }
    }
}
