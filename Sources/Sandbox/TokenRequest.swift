import Addresses
import Crypto
import FoundationEssentials
import SimulationAPI

/// A request for a token with client credentials (RFC 6749 section 4.4).
struct TokenRequest {
    /// Pairs of id and secret that the request may mean: the encoded form first, then the raw one.
    private var credentials: [(id: String, secret: String)]
    private var scope: String?

    init(form: [(name: String, value: String)], authorization: String?) throws(SandboxProblem) {
        func value(_ name: String) throws(SandboxProblem) -> String? {
            let values = form.filter { $0.name == name }
            guard values.count <= 1 else { throw .token("\(name) occurs more than once") }
            // A parameter without a value counts as left out (section 3.2).
            return values.first.flatMap { $0.value.isEmpty ? nil : $0.value }
        }
        guard let grantType = try value("grant_type") else { throw .token("grant_type is missing") }
        guard grantType == "client_credentials" else {
            throw .token("only client_credentials is granted here", "unsupported_grant_type")
        }
        scope = try value("scope")
        let (id, secret) = (try value("client_id"), try value("client_secret"))
        if let authorization {
            guard secret == nil else { throw .token("credentials are both in the header and in the body") }
            credentials = Self.basic(authorization)
        } else if let id, let secret {
            credentials = [(id, secret)]
        } else {
            credentials = []
        }
    }

    /// The client whose id and secret were sent.
    func client(among clients: [SandboxClient]) throws(SandboxProblem) -> SandboxClient {
        // Digests are compared, so that the time taken does not reveal how much of the secret was right.
        func digest(_ secret: String) -> SHA256.Digest { SHA256.hash(data: Array(secret.utf8)) }
        let found = clients.first { client in
            credentials.contains { $0.id == client.id && digest($0.secret) == digest(client.secret) }
        }
        guard let found else {
            let isMissing = credentials.isEmpty
            let reason =
                isMissing ? "no client credentials were sent; use HTTP Basic" : "the client id or secret is wrong"
            throw .token(reason, "invalid_client", status: 401)
        }
        return found
    }

    /// The scopes to grant: those asked for, or all of the client's.
    func scopes(of client: SandboxClient) throws(SandboxProblem) -> [Scope] {
        let words = scope?.split(separator: " ").map(String.init) ?? []
        guard !words.isEmpty else { return client.scopes }
        var scopes: [Scope] = []
        for word in words {
            guard let scope = Scope(rawValue: word), client.scopes.contains(scope) else {
                throw .token("the client may not have the scope \(word)", "invalid_scope")
            }
            if !scopes.contains(scope) { scopes.append(scope) }
        }
        return scopes
    }

    private static func basic(_ header: String) -> [(id: String, secret: String)] {
        let parts = header.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "basic", let data = Data(base64Encoded: String(parts[1])),
            let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":")
        else { return [] }
        let (id, secret) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
        guard let decodedID = FormEncoding.unescape(id), let decodedSecret = FormEncoding.unescape(secret) else {
            return [(id, secret)]
        }
        return [(decodedID, decodedSecret), (id, secret)]
    }
}
