import HTTPExchange
import SimulationAPI

/// What is asked of the other side.
enum Operation: Hashable, Sendable {
    case token
    /// `keyHonoured` says whether the same idempotency key makes the same simulation.
    case create(keyHonoured: Bool)
    case status, list, cancel, aggregate
    /// The settings of a skill, which are of NICE's own API.
    case settings

    var phrase: String {
        switch self {
        case .token: "asking for an access token"
        case .create: "creating the simulation"
        case .status: "reading the simulation"
        case .list: "looking the simulation up by its tag"
        case .cancel: "cancelling the simulation"
        case .aggregate: "storing the metrics"
        case .settings: "reading the settings of the skill"
        }
    }

    /// The operation of the simulation API; nil for the token and for settings, which come from elsewhere.
    var api: APIOperation? {
        switch self {
        case .token, .settings: nil
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

/// What the result of one attempt means for the next: the table of decisions.
enum Disposition: Hashable, Sendable {
    /// Another attempt may help; `limit` is the number of attempts in all, if it differs from the policy's.
    case retry(RetryPolicy.FailureKind, retryAfter: Duration?, limit: Int?)
    /// It may have happened, and must not be asked for again.
    case unknown
    /// The token was refused.
    case tokenRejected
    /// The organisation has no free slot.
    case slotUnavailable(retryAfter: Duration?)
    /// The same create is being handled by the other side right now.
    case keyInFlight(retryAfter: Duration?)
    /// Another attempt would end the same way.
    case fatal
}

extension Operation {
    /// What a failure of the transport means.
    func disposition(of error: TransportError) -> Disposition {
        switch error.code {
        case .notSent: .retry(.transient, retryAfter: nil, limit: nil)
        case .refused, .untrusted: .fatal
        case .cancelled: isCreate ? .unknown : .fatal
        default: repeatable(nil)
        }
    }

    /// Another attempt, if a second one can do no harm.
    func repeatable(_ retryAfter: Duration?, limit: Int? = nil) -> Disposition {
        isUnsafeToRepeat ? .unknown : .retry(.transient, retryAfter: retryAfter, limit: limit)
    }

    /// What a response without success means; `code` is the code of its problem.
    func disposition(of response: IncomingResponse, code: String?) -> Disposition {
        let retryAfter = RetryAfter.read(response.headers)
        switch response.status {
        case 401 where self != .token: return .tokenRejected
        case 409 where isCreate:
            switch code {
            case "idempotency_key_in_flight": return .keyInFlight(retryAfter: retryAfter)
            // A server that does not say which conflict it is has one only: the limit of active simulations.
            case "active_simulation_limit", nil: return .slotUnavailable(retryAfter: retryAfter)
            default: return .fatal
            }
        case 429: return .retry(.throttling, retryAfter: retryAfter, limit: nil)
        case 503 where retryAfter != nil: return .retry(.transient, retryAfter: retryAfter, limit: nil)
        case 501, 505: return .fatal
        case 408, 500...599:
            return repeatable(retryAfter, limit: isCreate && response.status == 500 ? 2 : nil)
        case 200...299:
            // The code means success, but not of this operation.
            return isCreate ? .unknown : .retry(.transient, retryAfter: nil, limit: nil)
        default: return .fatal
        }
    }

    /// Whether the other side may have acted although it answered like this.
    ///
    /// A 503 with `Retry-After` says that it did not want to, a 501 or a 505 that it cannot.
    func mayHaveHappened(_ response: IncomingResponse) -> Bool {
        switch response.status {
        case 501, 505: false
        case 503: RetryAfter.read(response.headers) == nil
        case 200...299, 408, 500...599: true
        default: false
        }
    }
}
