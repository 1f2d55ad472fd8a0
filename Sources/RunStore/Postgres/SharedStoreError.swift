import PostgreSQL

/// A store in PostgreSQL cannot be used: why, and what to do; never the password of its address.
package struct SharedStoreError: Error, Hashable, CustomStringConvertible {
    /// Whether it would have worked later: the server was out of reach, or busy.
    package var isPassing: Bool
    /// Whether the same is tried again for some time before it is told.
    var isWorthWaiting: Bool
    var reason: String
    package var description: String { reason }

    init(isPassing: Bool, isWorthWaiting: Bool = true, _ reason: String) {
        (self.isPassing, self.isWorthWaiting, self.reason) = (isPassing, isPassing && isWorthWaiting, reason)
    }

    /// The same after some patience, which was in vain.
    func after(_ patience: Duration) -> SharedStoreError {
        let seconds = patience.components.seconds
        return SharedStoreError(
            isPassing: true,
            "the database cannot be used, and was waited for for \(seconds) s: \(reason)"
        )
    }

    /// Whether an error of a store that machines share would not have come later.
    package static func passes(_ error: any Error) -> Bool {
        switch error {
        case let error as SharedStoreError: error.isPassing
        case let error as PostgresError: error.outlook != .lasting
        case let error as BrokenReadError: passes(error.cause)
        default: false
        }
    }

    /// Does `work`; a failure of the database gets words that say what to do.
    static func explaining<Result>(_ work: () throws -> Result) throws -> Result {
        do { return try work() } catch let error as SchemaError {
            throw SharedStoreError(isPassing: false, "\(error)")
        } catch let error as PostgresError {
            guard error.outlook == .lasting else {
                let advice =
                    error.isFull
                    ? "; each process needs two connections or more: allow the server or the role more, or give "
                        + "services fewer with --store-connections" : ""
                throw SharedStoreError(isPassing: true, "\(error)\(advice)")
            }
            throw SharedStoreError(isPassing: false, explanation(of: error))
        }
    }

    /// What to do about a refusal that stays.
    private static func explanation(of error: PostgresError) -> String {
        switch (error.code, error.state) {
        case (.invalidAddress, _):
            "RINGBACK_DATABASE_URL cannot be read as an address such as postgresql://USER@HOST:PORT/NAME: \(error)"
        case (.unusable, _): "this machine and the database do not agree: \(reason(of: error))\(advice(error.message))"
        case (_, "08P01") where error.message.contains("startup parameter"):
            "the pooler refuses: \(error); take the options out of the address, and set them with ALTER ROLE … SET"
        case (_, "08P01") where error.message.contains("SSL required") || error.message.contains("certificate"):
            "the pooler refuses: \(error); look at sslmode and sslcert in RINGBACK_DATABASE_URL"
        case (_, "08P01") where error.message.contains("no such database"):
            "the pooler refuses: \(error); name another database in RINGBACK_DATABASE_URL, or add it to the pooler's"
        case (_, "08P01"): "the pooler refuses: \(error); look at user and password in RINGBACK_DATABASE_URL"
        case (_, "28P01"), (_, "28000"):
            "the database refuses: \(error); look at user and password in RINGBACK_DATABASE_URL"
        case (_, "3D000"):
            "the database refuses: \(error); make it with CREATE DATABASE, or name another in RINGBACK_DATABASE_URL"
        case (_, "42501"):
            "the database refuses: \(error); let its owner GRANT that, or run \"ringback store migrate\" as its owner"
        default: "the database refuses: \(error)"
        }
    }

    /// What libpq says is wrong, without its advice to turn the check of the server's certificate off.
    private static func reason(of error: PostgresError) -> String {
        let words = error.message
        return words.firstRange(of: "; Either ").map { String(words[..<$0.lowerBound]) } ?? words
    }

    private static func advice(_ message: String) -> String {
        if message.contains("root certificate file") {
            return "; name the certificate of the authority that signed the server's with sslrootcert=FILE in "
                + "RINGBACK_DATABASE_URL (of public authorities: /etc/ssl/certs/ca-certificates.crt)"
        }
        if message.contains("certificate verify failed") || message.contains("does not match host name") {
            return "; look at host, sslmode and sslrootcert in RINGBACK_DATABASE_URL"
        }
        if message.contains("does not support SSL") {
            return "; let the server speak TLS, or choose another sslmode in RINGBACK_DATABASE_URL"
        }
        return message.contains("password")
            ? "; give one in RINGBACK_DATABASE_URL, or in the file of PGPASSFILE, which only its owner may read" : ""
    }
}
