/// The paths of the simulation API.
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
