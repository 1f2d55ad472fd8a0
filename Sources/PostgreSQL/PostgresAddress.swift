/// What is said about the address of a database, which may hold a password.
enum PostgresAddress {
    /// What is wrong with an address; `nil` if libpq can be asked about the rest.
    ///
    /// libpq takes an address of another kind for the name of a database, and the rest of a password after an `@` or a `/`
    /// for a host or a name; each would stand in a message.
    static func problem(of address: String) -> String? {
        guard let scheme = ["postgresql://", "postgres://"].first(where: { address.hasPrefix($0) }) else {
            return "it does not begin with postgresql://"
        }
        let rest = address.dropFirst(scheme.count).prefix { $0 != "?" }
        let authority = rest.prefix { $0 != "/" }
        let isAlone = authority.count { $0 == "@" } <= 1
        guard isAlone, authority.contains("@") || !rest.contains("@") else {
            return "a password with @, /, ? or % in it has them as %40, %2F, %3F and %25"
        }
        return nil
    }

    /// What libpq says of an address that it cannot read, without the parts of the address that it repeats.
    static func withoutValues(_ message: String) -> String {
        message.replacing(/"[^"]*("|$)/) { quoted in
            let inner = quoted.output.0.filter { $0 != "\"" }
            // A word such as sslmode, which names an option, or a single sign.
            return inner.count == 1 || Self.options.contains(String(inner)) ? "\"\(inner)\"" : "\"…\""
        }
    }

    /// The options that people set, by whose names libpq tells what is wrong.
    private static let options: Set<String> = [
        "port", "sslmode", "connect_timeout", "keepalives", "gssencmode", "channel_binding", "target_session_attrs",
        "ssl_min_protocol_version", "ssl_max_protocol_version", "sslrootcert", "sslcert", "sslkey",
    ]
}
