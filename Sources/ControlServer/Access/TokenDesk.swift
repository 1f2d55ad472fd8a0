package import ExactJSON
package import RunStore

/// Makes and ends tokens of a home; the service and the command line do it here.
package struct TokenDesk: Sendable {
    private let store: RunStore

    package init(_ store: RunStore) { self.store = store }

    /// A token that was made, with its text, which is shown once.
    package struct Made: Sendable {
        package let text: String
        package let token: StoredToken

        /// The token with its text.
        package var json: JSONValue {
            guard case .object(let members) = token.json else { return token.json }
            return .object(members + [.init("token", .string(text))])
        }
    }

    /// A token of that name is in use.
    package struct NameTakenError: Error {}

    /// Makes a token, and revokes it again if `record` cannot write the audit entry.
    package func create(
        _ name: String,
        _ role: Role,
        by creator: String,
        record: (_ payload: JSONValue) async throws -> Void
    ) async throws -> Made {
        let (text, secret) = APIToken.random()
        let now = store.time
        let token = StoredToken(name: name, role: role, digest: secret.digest, createdAt: now, createdBy: creator)
        guard try await store.insert(token) else { throw NameTakenError() }
        do { try await record(Self.payload(token)) } catch {
            _ = try? await store.revokeToken(name, at: now)
            throw error
        }
        return Made(text: text, token: token)
    }

    /// Ends a token; `record` writes the audit entry before.
    ///
    /// - Returns: `nil` if no token of that name is in use.
    package func revoke(
        _ name: String,
        record: (_ payload: JSONValue) async throws -> Void
    ) async throws -> StoredToken? {
        guard let token = try await store.tokens().first(where: { $0.name == name }) else { return nil }
        try await record(Self.payload(token))
        return try await store.revokeToken(name, at: store.time)
    }

    private static func payload(_ token: StoredToken) -> JSONValue {
        ["name": .string(token.name), "role": .string(token.role.rawValue)]
    }
}
