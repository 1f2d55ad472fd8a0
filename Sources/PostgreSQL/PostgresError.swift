/// What PostgreSQL, or the way to it, has refused.
package struct PostgresError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    package struct Code: Hashable, Sendable {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The server was not reached, or the connection broke.
        package static let disconnected = Code("disconnected")
        /// No answer came in time; the connection is closed, since it is unknown what became of the statement.
        package static let timeout = Code("timeout")
        /// The server has answered with an error; see ``PostgresError/state``.
        package static let refused = Code("refused")
        /// The server has answered something that this program cannot read.
        package static let unreadable = Code("unreadable")
        /// The address of the database cannot be read.
        package static let invalidAddress = Code("invalid address")
        /// This side will not or cannot talk to the server as it is set up: a certificate, TLS, a password that is missing.
        package static let unusable = Code("unusable")
    }

    package var code: Code
    /// The server's own sentence, or that of libpq, without its line ends.
    package var message: String
    /// The five letters of an answer of the server, such as `42501` for a missing right; empty for other failures.
    ///
    /// Source: PostgreSQL, Appendix A, "PostgreSQL Error Codes".
    package var state: String

    package init(_ code: Code, _ message: String, state: String = "") {
        (self.code, self.message, self.state) = (code, Self.line(message), state)
    }

    package var description: String { state.isEmpty ? message : "\(message) (SQLSTATE \(state))" }

    /// Whether libpq has given up for a reason that stays, which it tells in words alone.
    ///
    /// Source: PostgreSQL 15, `src/interfaces/libpq`: `fe-secure-openssl.c`, `fe-secure-common.c`, `fe-auth.c`, `fe-connect.c`.
    static func isOwnFault(_ message: String) -> Bool {
        let phrases = [
            "root certificate file", "certificate verify failed", "does not match host name", "certificate file",
            "private key file", "server does not support SSL", "sslmode value", "no password supplied",
            "authentication method", "channel binding", "could not get home directory to locate",
        ]
        return phrases.contains { message.contains($0) }
    }

    private static func line(_ text: String) -> String {
        text.split { $0.isNewline || $0 == "\t" }.map { $0.drop { $0 == " " } }.joined(separator: "; ")
    }
}

extension PostgresError {
    /// What somebody can do about a failure.
    package enum Outlook: Hashable, Sendable {
        /// The same can be tried again: the server restarts, is full, or has ended the transaction in favour of another.
        case passing
        /// The server takes no writes now: it is a standby, or was set to be one; the connection should be opened anew.
        case readOnly
        /// It will not work without somebody: a wrong password, a missing database, a missing right.
        case lasting
    }

    /// Whether the server has undone one of two transactions that stood in each other's way.
    package var isConflict: Bool { state == "40001" || state == "40P01" }

    /// Whether the server, the database or the role has no place for one more connection.
    package var isFull: Bool { state == "53300" }

    /// Whether pgbouncer refuses a connection for a reason that stays: it has one code for that and for a server that is away.
    ///
    /// Source: pgbouncer 1.18, `src/client.c`.
    private var isPoolerRefusal: Bool {
        let phrases = [
            "startup parameter", "authentication failed", "no such database", "no such user", "no username supplied",
            "username too long", "login rejected", "certificate name mismatch", "SSL required", "bouncer config error",
        ]
        return phrases.contains { message.contains($0) }
    }

    package var outlook: Outlook {
        switch code {
        case .disconnected, .timeout: return .passing
        case .invalidAddress, .unusable, .unreadable: return .lasting
        default: break
        }
        switch state {
        // Read-only transaction, which is what a standby answers.
        case "25006": return .readOnly
        // Starting up, shutting down, crash of another session, full.
        case "57P01", "57P02", "57P03", "57P05", "53300", "53000", "53100", "53200", "53400": return .passing
        // Cancelled by a time-out; a lock that was not given; a conflict of transactions.
        case "57014", "55P03", "40001", "40P01", "25P03", "25P02": return .passing
        case "08P01": return isPoolerRefusal ? .lasting : .passing
        default: return state.hasPrefix("08") ? .passing : .lasting
        }
    }
}
