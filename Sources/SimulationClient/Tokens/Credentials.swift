import Addresses
import ExactJSON
import FoundationEssentials
public import HTTPExchange
public import SimulationAPI

/// Who asks for tokens, and how it says so (RFC 6749 section 2.3.1).
public struct Credentials: Sendable {
    /// The client id.
    public var clientID: String
    /// The client secret.
    public var secret: Secret
    /// The scopes that are asked for, separated by spaces.
    public var scope: String
    /// How the id and the secret are sent.
    public var authentication: ClientAuthentication
    /// How the token endpoint is asked, and which of its answers are taken.
    public var rules = TokenRules()

    /// Creates credentials.
    public init(
        clientID: String,
        secret: Secret,
        scope: String = Scope.all,
        authentication: ClientAuthentication = .basic
    ) {
        self.clientID = clientID
        self.secret = secret
        self.scope = scope
        self.authentication = authentication
    }

    /// What must not turn up in texts: the secret, and what it is sent as.
    var secrets: [Secret] {
        [secret] + [authorization].compactMap { $0.map { Secret(String($0.exposed.dropFirst("Basic ".count))) } }
    }

    /// The value of `Authorization`; nil if the credentials are sent in the body.
    var authorization: Secret? {
        guard rules.style == .form else { return nil }
        return switch authentication {
        case .basic: Self.basic(FormEncoding.encode(clientID), FormEncoding.encode(secret.exposed))
        case .basicRaw: Self.basic(clientID, secret.exposed)
        case .post: nil
        }
    }

    /// The body of a token request (RFC 6749 section 4.4.2), and its type.
    var body: (bytes: [UInt8], type: String) {
        let further = rules.parameters.map { (name: $0.name, value: $0.value) }
        if rules.style == .accessKey {
            let fields = [("accessKeyId", clientID), ("accessKeySecret", secret.exposed)] + further
            return (JSONValue.object(fields.map { .init($0.0, .string($0.1)) }).bytes, "application/json")
        }
        let grant = [("grant_type", "client_credentials"), ("scope", scope)]
        let client = [("client_id", clientID), ("client_secret", secret.exposed)]
        let fields = grant + (authentication == .post ? client : []) + further
        return (FormEncoding.body(fields), "application/x-www-form-urlencoded")
    }

    private static func basic(_ id: String, _ secret: String) -> Secret {
        Secret("Basic " + Data(Array("\(id):\(secret)".utf8)).base64EncodedString())
    }
}
