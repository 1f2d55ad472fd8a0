/// The OAuth scopes of the simulation API.
public enum Scope: String, CaseIterable, Hashable, Sendable {
    case campaignsWrite = "dialer:campaigns:write"
    case simulationsWrite = "dialer:simulations:write"
    case simulationsRead = "dialer:simulations:read"
    case metricsRead = "dialer:metrics:read"

    /// All scopes, as one `scope` parameter.
    public static var all: String { allCases.map(\.rawValue).joined(separator: " ") }
}
