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

/// How a token endpoint is asked, and which of its answers are taken.
public struct TokenRules: Hashable, Sendable {
    /// The form of a request.
    public enum Style: String, CaseIterable, Hashable, Sendable {
        /// A form, as RFC 6749 section 4.4 has it.
        case form
        /// JSON with `accessKeyId` and `accessKeySecret`, as NICE's access keys have it.
        case accessKey = "access-key"
    }

    /// A further parameter of a request.
    public struct Parameter: Hashable, Sendable {
        /// Its name, such as `audience`.
        public var name: String
        /// Its value.
        public var value: String

        /// Creates a parameter.
        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// The form of a request.
    public var style = Style.form
    /// The further parameters of a request, in this order.
    public var parameters: [Parameter] = []
    /// Whether a token is used as a Bearer token whatever its type is called.
    public var takesAnyType = false
    /// The status codes of success; nil for 200 to 299.
    public var success: Set<Int>?

    /// The parameters that the client sets itself.
    package static let reserved: Set<String> = [
        "grant_type", "scope", "client_id", "client_secret", "accessKeyId", "accessKeySecret",
    ]

    /// Creates the usual rules.
    public init() {}
}

/// The answer of a token endpoint (RFC 6749 section 5.1).
public struct TokenAnswer: Hashable, Sendable {
    /// The access token.
    public var accessToken: String
    /// The kind of token; empty if the answer does not say it.
    public var tokenType: String
    /// The life of the token in seconds; nil if the answer does not say it.
    public var expiresIn: Int?
    /// The scopes granted, separated by spaces; nil if the answer does not say it.
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
    /// Servers differ: `expires_in` may be a string or have fractions, and says nothing if it is not above 0; `scope` may
    /// have commas or be an array, and says nothing if it is empty.
    public init?(json: JSONValue) {
        guard let token = json["access_token"]?.string, !token.isEmpty else { return nil }
        accessToken = token
        tokenType = json["token_type"]?.string ?? ""
        let seconds = (json["expires_in"]?.number ?? json["expires_in"]?.string).flatMap { Double($0) }
        expiresIn = seconds.flatMap { $0 >= 1 ? Int(min($0, Double(Int32.max))) : nil }
        let scopes = (json["scope"]?.elements ?? [json["scope"] ?? .null]).compactMap(\.string).flatMap { text in
            text.split { $0 == "," || $0.isWhitespace }
        }
        scope = scopes.isEmpty ? nil : scopes.joined(separator: " ")
    }
}
