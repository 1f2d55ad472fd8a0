public import HTTPExchange

/// The attempts of one operation so far.
public struct RetryState: Sendable {
    /// What to do after a failed attempt.
    public enum Decision: Hashable, Sendable {
        /// Make another attempt then.
        case retry(at: Timeline.Instant)
        /// All attempts are used up.
        case exhausted
        /// The next attempt could not begin before the deadline.
        case beyondDeadline
    }

    /// Failed attempts.
    public private(set) var failures = 0
    /// The time that was spent between attempts.
    public private(set) var waited: Duration = .zero
    private let policy: RetryPolicy

    /// Attempts in all, as the policy has it.
    public var maxAttempts: Int { policy.maxAttempts }

    /// Begins with no attempt made.
    public init(_ policy: RetryPolicy) { self.policy = policy }

    /// Decides after a failed attempt.
    ///
    /// `Retry-After` is kept to the second and jitter comes on top of it; where it does not fit before the deadline
    /// there is no point in waiting.
    ///
    /// - Parameters:
    ///   - kind: why the attempt failed.
    ///   - retryAfter: how long the server wants us to wait.
    ///   - limit: attempts in all, where the failure allows fewer (or more) than the policy.
    ///   - now: the present.
    ///   - deadline: when the operation must be over.
    ///   - chance: a draw from 0..<1.
    public mutating func failed(
        _ kind: RetryPolicy.Kind,
        retryAfter: Duration?,
        limit: Int? = nil,
        now: Timeline.Instant,
        deadline: Timeline.Instant,
        chance: Double
    ) -> Decision {
        let backoff = policy.backoff(kind, index: failures, chance: chance)
        failures += 1
        guard now.advanced(by: retryAfter ?? .zero) < deadline else { return .beyondDeadline }
        guard failures < limit ?? policy.maxAttempts else { return .exhausted }
        var delay = (retryAfter ?? .zero) + backoff
        if let retryAfter, now.advanced(by: delay) >= deadline { delay = retryAfter }
        guard now.advanced(by: delay) < deadline else { return .beyondDeadline }
        waited += delay
        return .retry(at: now.advanced(by: delay))
    }
}
