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

    /// The scope that a token needs for it.
    var scope: Scope {
        switch self {
        case .token, .create, .cancel: .simulationsWrite
        case .status, .list: .simulationsRead
        case .aggregate: .metricsRead
        }
    }

    /// Whether doing it twice may do harm: a create whose key is not honoured.
    var isUnsafeToRepeat: Bool { self == .create(keyHonoured: false) }

    var isCreate: Bool {
        if case .create = self { true } else { false }
    }

    /// Whether a status code is the one of success.
    func accepts(_ status: Int) -> Bool {
        switch self {
        case .token, .status, .list: status == 200
        case .create: status == 201 || status == 200 || status == 202
        case .cancel, .aggregate: status == 202 || status == 200 || status == 204
        }
    }
}
