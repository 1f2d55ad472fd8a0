import HTTPExchange

/// A bucket of tokens that fills at a rate; a request takes one.
///
/// Throttling by the server halves the rate, and every answer without it adds a tenth of the rule's rate back
/// (additive increase, multiplicative decrease).
struct RateLimit: Hashable, Sendable {
    /// The lowest share of the rule's rate that is left of it.
    static let lowestShare = 1.0 / 16

    /// Requests a second, at present.
    private(set) var rate: Double
    private let rule: RequestRate
    private var tokens: Double
    private var updated: Timeline.Instant?

    /// Begins with a full bucket.
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
