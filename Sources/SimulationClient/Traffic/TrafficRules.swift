public import HTTPExchange
public import SimulationAPI

/// How much a client asks of the other side, beyond what each call decides for itself.
public struct TrafficRules: Hashable, Sendable {
    /// The tokens of the client-wide budget for retries: one costs 14, or 5 after throttling.
    public var retryQuota: Int
    /// When failing operations pause.
    public var breaker: BreakerRules
    /// How many requests of an operation leave in a second.
    public var requestRate: RequestRate

    /// Creates rules.
    public init(
        retryQuota: Int = 500,
        breaker: BreakerRules = BreakerRules(),
        requestRate: RequestRate = .unlimited
    ) {
        self.retryQuota = retryQuota
        self.breaker = breaker
        self.requestRate = requestRate
    }

    /// Ringback's own sandbox, which is asked as often as it pleases.
    public static let sandbox = TrafficRules()
    /// A CXone organisation, whose limits are not known: 5 requests a second of each operation, 10 at once.
    public static let cxone = TrafficRules(requestRate: RequestRate())

    /// The rules for an API of which only the capabilities are known.
    public static func usual(for capabilities: Capabilities) -> TrafficRules {
        var sandbox = Capabilities.sandbox
        sandbox.extensions = capabilities.extensions
        return capabilities == sandbox ? .sandbox : .cxone
    }
}

/// How many requests may leave in a second.
public struct RequestRate: Hashable, Sendable {
    /// Requests a second, in the long run.
    public var perSecond: Double
    /// Requests at once, after a pause.
    public var burst: Int

    /// Creates a rate; a rate that is not above zero and a burst below one are raised.
    public init(perSecond: Double = 5, burst: Int = 10) {
        self.perSecond = perSecond > 0.001 ? perSecond : 0.001
        self.burst = max(1, burst)
    }

    /// As many as come.
    public static let unlimited = RequestRate(perSecond: .infinity, burst: 1)
}
