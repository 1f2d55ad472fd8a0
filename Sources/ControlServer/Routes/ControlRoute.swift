/// A path of the control API.
enum ControlRoute: Hashable {
    /// `/healthz`.
    case health
    /// `/readyz`.
    case readiness
    /// `/v1/webhooks`.
    case webhooks
    /// `/v1/deliveries`.
    case deliveries
    /// `/v1/deliveries/{id}/replay`.
    case replay(id: String)

    /// The route of a path; `nil` where nothing is.
    init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        switch parts {
        case ["", "healthz"]: self = .health
        case ["", "readyz"]: self = .readiness
        case ["", "v1", "webhooks"]: self = .webhooks
        case ["", "v1", "deliveries"]: self = .deliveries
        default:
            guard parts.count == 5, parts[..<3] == ["", "v1", "deliveries"], parts[4] == "replay" else { return nil }
            self = .replay(id: parts[3])
        }
    }
}
