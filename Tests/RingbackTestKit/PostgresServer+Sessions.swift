package import PostgreSQL
import RingbackHome

/// What an operator does with a server, over a connection that is none of the programs'.
extension PostgresServer {
    /// The name by which the server lists the connections of this operator.
    private static let name = "operator"

    /// Runs one statement, also one that must not be in a transaction; gives its rows, each value as a text.
    ///
    /// - Parameter address: that of a database; `nil` for the server's own.
    @discardableResult
    package func ask(_ sql: String, at address: String? = nil) async throws -> [[String]] {
        let place = address ?? self.address()
        let target = Self.named(place)
        return try await BlockingWork.run {
            let session = try PostgresSession(to: target)
            return try session.run(sql).rows().map { row in row.map { $0.written } }
        }
    }

    private static func named(_ address: String) -> String {
        "\(address)\(address.contains("?") ? "&" : "?")application_name=\(name)"
    }

    /// Changes a setting of the whole server and lets it take effect.
    package func set(_ name: String, _ value: String) async throws {
        try await ask("ALTER SYSTEM SET \(name) = '\(value)'")
        try await ask("SELECT pg_reload_conf()")
    }

    /// The sessions of the programs with a database, or of all.
    package func sessions(_ condition: String = "true") async throws -> Int {
        let sql = """
            SELECT count(*) FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND application_name <> '\(Self.name)' AND (\(condition))
            """
        return try await ask(sql).first?.first.flatMap { Int($0) } ?? -1
    }

    /// Runs `body` while a transaction is open that has run some statements.
    package func whileOpen<Result: Sendable>(
        _ statements: String,
        at address: String,
        _ body: (PostgresSession) async throws -> Result
    ) async throws -> Result {
        let target = Self.named(address)
        let session = try await BlockingWork.run {
            let session = try PostgresSession(to: target)
            try session.run(script: statements)
            return session
        }
        // It ends with its connection, which lives as long as the session is used.
        let result = try await body(session)
        try? await BlockingWork.run { try session.run(script: "ROLLBACK") }
        return result
    }
}

extension PostgresValue {
    fileprivate var written: String {
        switch self {
        case .null, .nullOf: ""
        case .integer(let number): "\(number)"
        case .text(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .bool(let value): "\(value)"
        }
    }
}
