public import ExactJSON

/// The answer of a token endpoint (RFC 6749 section 5.1).
public struct TokenAnswer: Hashable, Sendable {
    /// The access token.
    public var accessToken: String
    /// The kind of token; only `Bearer` is of use.
    public var tokenType: String
    /// The life of the token in seconds, where the answer says it.
    public var expiresIn: Int?
    /// The scope granted, where the answer says it.
    public var scope: String?

    /// Creates an answer.
    public init(accessToken: String, tokenType: String = "Bearer", expiresIn: Int?, scope: String?) {
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.expiresIn = expiresIn
        self.scope = scope
    }

    /// The JSON of the answer.
    public var json: JSONValue {
        .object(present: [
            "access_token": .string(accessToken), "token_type": .string(tokenType),
            "expires_in": expiresIn.map { .integer($0) }, "scope": scope.map { .string($0) },
        ])
    }

    /// Reads an answer; `nil` where there is no token in it.
    ///
    /// `expires_in` is read as a string too, since some servers send one, and held to 0…2³¹ − 1.
    public init?(json: JSONValue) {
        guard let token = json["access_token"]?.string, !token.isEmpty else { return nil }
        accessToken = token
        tokenType = json["token_type"]?.string ?? ""
        let seconds = json["expires_in"]?.integer ?? json["expires_in"]?.string.flatMap { Int($0) }
        expiresIn = seconds.map { min(max($0, 0), Int(Int32.max)) }
        scope = json["scope"]?.string
    }
}
