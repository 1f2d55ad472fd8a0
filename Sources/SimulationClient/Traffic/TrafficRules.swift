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

    /// No limit.
    public static let unlimited = RequestRate(perSecond: .infinity, burst: 1)
}

/// The client's budget for retries: what keeps many calls that each retry a little from retrying a lot together.
///
/// A retry takes tokens, and a call that succeeds gives back what its retries took; one that needed none adds one. So
/// a failing server is asked again a few dozen times in all, whatever the number of calls.
struct RetryQuota: Hashable, Sendable {
    private(set) var available: Int
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = max(0, capacity)
        available = self.capacity
    }

    /// What a retry costs: throttling is cheaper, since the server is there and says when to come back.
    static func cost(_ kind: RetryPolicy.FailureKind) -> Int { kind == .transient ? 14 : 5 }

    mutating func take(_ kind: RetryPolicy.FailureKind) -> Bool {
        guard Self.cost(kind) <= available else { return false }
        available -= Self.cost(kind)
        return true
    }

    mutating func succeeded(spent: Int) { available = min(capacity, available + max(1, spent)) }
}

/// A bucket of tokens that fills at a rate; a request takes one.
///
/// Throttling by the server halves the rate, and every answer without it adds a tenth of the rule's rate back
/// (additive increase, multiplicative decrease).
struct RateLimit: Hashable, Sendable {
    /// The lowest share of the rule's rate that throttling leaves.
    static let lowestShare = 1.0 / 16

    private(set) var rate: Double
    private let rule: RequestRate
    private var tokens: Double
    private var updated: Timeline.Instant?

    init(_ rule: RequestRate) {
        self.rule = rule
        rate = rule.perSecond
        tokens = Double(rule.burst)
    }

    /// The time until a request may leave, zero for at once.
    mutating func wait(_ now: Timeline.Instant) -> Duration {
        fill(now)
        // A millionth of a request is rounding, not a reason to wait.
        return tokens > 1 - 1e-6 ? .zero : max(.microseconds(1), .seconds((1 - tokens) / rate))
    }

    /// Takes the token of a request that leaves.
    mutating func take(_ now: Timeline.Instant) {
        fill(now)
        tokens -= 1
    }

    /// The server asked for less.
    mutating func throttled(_ now: Timeline.Instant) {
        fill(now)
        rate = max(rate / 2, rule.perSecond * Self.lowestShare)
    }

    /// The server answered and did not ask for less.
    mutating func answered(_ now: Timeline.Instant) {
        fill(now)
        rate = min(rule.perSecond, rate + rule.perSecond / 10)
    }

    private mutating func fill(_ now: Timeline.Instant) {
        let elapsed = updated.map { $0.duration(to: now) } ?? .zero
        updated = max(now, updated ?? now)
        tokens = min(Double(rule.burst), tokens + max(0, elapsed / .seconds(1)) * rate)
    }
}
