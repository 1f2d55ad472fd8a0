/// The usual paths of the simulation API.
public enum Endpoint {
    /// Token endpoint (RFC 6749 section 3.2).
    public static let token = "/oauth/token"
    /// Create and list simulations.
    public static let simulations = "/api/v2/dialer/simulations"
    /// Store the metrics of a finished run.
    public static let aggregations = "/api/v2/dialer/metrics/aggregations"
    /// The skills of NICE's own API; their settings are below it.
    public static let skills = "/inContactAPI/services/v30.0/skills"
    /// Where the receiver takes events.
    public static let webhook = "/webhook/simulation-events"
}

/// Where the operations of an API are, relative to its base URL.
public struct APIPaths: Hashable, Sendable {
    /// Creates and lists simulations; each simulation is below it, under its id.
    public var simulations: String
    /// Stores the metrics of a finished run.
    public var aggregations: String
    /// The skills of NICE's own API, which `import --skill` reads.
    public var skills = Endpoint.skills

    /// Creates paths, each of which begins with a slash and does not end with one.
    public init(simulations: String = Endpoint.simulations, aggregations: String = Endpoint.aggregations) {
        self.simulations = simulations
        self.aggregations = aggregations
    }
}
