/// The usual paths of the simulation API.
public enum Endpoint {
    /// Token endpoint (RFC 6749 section 3.2).
    public static let token = "/oauth/token"
    /// Create and list simulations.
    public static let simulations = "/api/v2/dialer/simulations"
    /// Store the metrics of a finished run.
    public static let aggregations = "/api/v2/dialer/metrics/aggregations"
    /// Where the receiver takes events.
    public static let webhook = "/webhook/simulation-events"
}

/// Where the operations of an API are, relative to its base URL.
public struct APIPaths: Hashable, Sendable {
    /// Creates and lists simulations; each simulation is below it, under its id.
    public var simulations: String
    /// Stores the metrics of a finished run.
    public var aggregations: String

    /// Creates paths, each of which begins with a slash and does not end with one.
    public init(simulations: String = Endpoint.simulations, aggregations: String = Endpoint.aggregations) {
        self.simulations = simulations
        self.aggregations = aggregations
    }
}

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
