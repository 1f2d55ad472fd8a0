/// What an API is known to honour; a client relies on nothing else.
public struct Capabilities: Hashable, Sendable {
    /// Whether the same `Idempotency-Key` makes the same simulation.
    public var idempotencyKeys = false
    /// Whether simulations can be found by their tag; the client copes if this turns out to be wrong.
    public var listByTag = true
    /// Whether a simulation can be cancelled; the client copes if this turns out to be wrong.
    public var cancel = true
    /// Whether the sandbox's own members of a payload are understood: ``SimulationPayload/Extensions``.
    public var extensions = false
    /// The status codes that mean success.
    public var success = SuccessCodes()

    /// Creates the cautious values.
    public init() {}

    /// Ringback's own sandbox, which honours everything.
    public static let sandbox: Capabilities = {
        var capabilities = Capabilities()
        (capabilities.idempotencyKeys, capabilities.extensions) = (true, true)
        return capabilities
    }()
    /// A CXone organisation, whose API is not documented: the client does not rely on keys, and tries the rest.
    public static let cxone = Capabilities()
}

/// An operation of the API with a token.
public enum APIOperation: String, CaseIterable, Hashable, Sendable {
    case create, status, list, cancel, aggregate

    /// The scope that the token needs.
    public var scope: Scope {
        switch self {
        case .create, .cancel: .simulationsWrite
        case .status, .list: .simulationsRead
        case .aggregate: .metricsRead
        }
    }
}

/// The status codes that mean success, for each operation.
public struct SuccessCodes: Hashable, Sendable {
    /// The codes of operations that differ from the usual ones.
    public var exceptions: [APIOperation: Set<Int>] = [:]

    /// The usual codes.
    public init() {}

    /// The codes of one operation; an assignment makes an exception.
    public subscript(operation: APIOperation) -> Set<Int> {
        get {
            if let codes = exceptions[operation] { return codes }
            switch operation {
            case .create: return [200, 201, 202]
            case .status, .list: return [200]
            case .cancel, .aggregate: return [200, 202, 204]
            }
        }
        set { exceptions[operation] = newValue }
    }
}

/// Where simulations run, by the word of `--target`.
public enum TargetKind: String, CaseIterable, Codable, Hashable, Sendable {
    /// A sandbox that a run starts for itself.
    case sandbox
    /// A simulation API at a base URL.
    case cxone
}
