package import ExactJSON

/// A token of the control API as the store keeps it: never the token itself.
package struct StoredToken: Hashable, Sendable {
    package let name: String
    package let role: Role
    /// The SHA-256 of the token.
    package let digest: [UInt8]
    /// Milliseconds since 1970.
    package let createdAt: Int64
    /// The name of the token that made it, or the user of the operating system.
    package let createdBy: String
    package var revokedAt: Int64?

    package init(name: String, role: Role, digest: [UInt8], createdAt: Timestamp, createdBy: String) {
        (self.name, self.role, self.digest) = (name, role, digest)
        (self.createdAt, self.createdBy) = (createdAt.milliseconds, createdBy)
    }

    init(_ row: any StoreRow) {
        (name, digest, createdBy) = (row["name"], row["digest"], row["createdBy"])
        role = Role(rawValue: row["role"]) ?? .viewer
        (createdAt, revokedAt) = (row["createdAt"], row["revokedAt"])
    }

    /// What is shown of it.
    package var json: JSONValue {
        .object(present: [
            "name": .string(name), "role": .string(role.rawValue),
            "createdAt": .string(Timestamp(milliseconds: createdAt).description), "createdBy": .string(createdBy),
            "revokedAt": revokedAt.map { .string(Timestamp(milliseconds: $0).description) },
        ])
    }

    /// Why a text cannot be the name of a token; `nil` if it can.
    package static func problem(ofName name: String) -> String? {
        let isWord = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "@")].contains(byte)
            }
        }
        let begins = name.unicodeScalars.first?.properties.isAlphabetic ?? false || "0"..."9" ~= name.prefix(1)
        guard isWord, begins, 1...64 ~= name.utf8.count else {
            return "a name has 1 to 64 characters of a-z, A-Z, 0-9 and . _ - @, and begins with a letter or a digit"
        }
        guard name != reservedName else { return "\(reservedName) is the name of the token of that variable" }
        return nil
    }

    /// The name of the token that the service was started with.
    package static let reservedName = "RINGBACK_API_TOKEN"
}

extension RunStore {
    /// Keeps a new token.
    ///
    /// - Returns: false, and nothing is kept, if a token of that name is in use.
    package func insert(_ token: StoredToken) async throws -> Bool {
        let sql = """
            INSERT INTO tokens(name, role, digest, createdAt, createdBy) VALUES(?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO NOTHING
            """
        return try await execute(
            sql,
            [token.name, token.role.rawValue, token.digest, token.createdAt, token.createdBy]
        ) == 1
    }

    /// The tokens that are in use, by name.
    package func tokens() async throws -> [StoredToken] {
        try await read { try $0.all(Self.tokensInUse) { StoredToken($0) } }
    }

    static let tokensInUse = """
        SELECT name, role, digest, createdAt, createdBy, revokedAt FROM tokens WHERE revokedAt IS NULL ORDER BY name
        """

    /// Ends a token; its name is free again.
    ///
    /// - Returns: the token; `nil` if none of that name is in use.
    package func revokeToken(_ name: String, at now: Timestamp) async throws -> StoredToken? {
        try await write { transaction in
            let sql = "SELECT * FROM tokens WHERE name = ?1 AND revokedAt IS NULL"
            guard var token = try transaction.first(sql, [name], { StoredToken($0) }) else { return nil }
            token.revokedAt = now.milliseconds
            try transaction.execute(
                "UPDATE tokens SET revokedAt = ?1 WHERE name = ?2 AND revokedAt IS NULL",
                [now.milliseconds, name]
            )
            return token
        }
    }
}

extension HomeReader {
    /// The tokens that are in use, by name.
    package func tokens() async throws -> [StoredToken] {
        // The format of a home that is only read may be older than tokens.
        try await read { transaction, format in
            format < 8 ? [] : try transaction.all(RunStore.tokensInUse) { StoredToken($0) }
        }
    }
}
