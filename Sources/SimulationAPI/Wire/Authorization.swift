public import ExactJSON

/// The OAuth scopes of the simulation API.
public enum Scope: String, CaseIterable, Hashable, Sendable {
    case campaignsWrite = "dialer:campaigns:write"
    case simulationsWrite = "dialer:simulations:write"
    case simulationsRead = "dialer:simulations:read"
    case metricsRead = "dialer:metrics:read"

    /// All scopes, as one `scope` parameter.
    public static var all: String { allCases.map(\.rawValue).joined(separator: " ") }
}

/// How the client id and secret are sent to the token endpoint (RFC 6749 section 2.3.1).
public enum ClientAuthentication: String, CaseIterable, Hashable, Sendable {
    /// HTTP Basic. Id and secret are form-encoded before Base64, as the RFC requires.
    case basic
    /// HTTP Basic without form-encoding, as some servers expect it.
    case basicRaw = "basic-raw"
    /// In the body, as `client_id` and `client_secret`.
    case post
}

/// The answer of a token endpoint (RFC 6749 section 5.1).
public struct TokenAnswer: Hashable, Sendable {
    /// The access token.
    public var accessToken: String
    /// The kind of token; only `Bearer` is of use.
    public var tokenType: String
    /// The life of the token in seconds; nil if the answer does not say it.
    public var expiresIn: Int?
    /// The scope granted; nil if the answer does not say it.
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

    /// Reads an answer; nil if it has no token.
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
