import SimulationAPI

/// What is asked of the other side.
enum Operation: Hashable, Sendable {
    case token
    /// `keyHonoured` says whether the same idempotency key makes the same simulation.
    case create(keyHonoured: Bool)
    case status, list, cancel, aggregate

    /// The operation in the words of a message.
    var phrase: String {
        switch self {
        case .token: "asking for an access token"
        case .create: "creating the simulation"
        case .status: "reading the simulation"
        case .list: "looking the simulation up by its tag"
        case .cancel: "cancelling the simulation"
        case .aggregate: "storing the metrics"
        }
    }

    /// The operation of the API; nil for the token, which comes from another endpoint.
    var api: APIOperation? {
        switch self {
        case .token: nil
        case .create: .create
        case .status: .status
        case .list: .list
        case .cancel: .cancel
        case .aggregate: .aggregate
        }
    }

    /// Whether doing it twice may do harm: a create whose key is not honoured.
    var isUnsafeToRepeat: Bool { self == .create(keyHonoured: false) }

    var isCreate: Bool {
        if case .create = self { true } else { false }
    }
}
