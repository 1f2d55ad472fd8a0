public import HTTPExchange

/// When a failed attempt is made again: how often, and after how long.
///
/// The delay is drawn evenly from zero to a ceiling that doubles ("full jitter"), so clients that failed together do not
/// come back together; after a passing fault from the upper half, as it needs time to pass. The policy decides and never
/// sleeps.
public struct RetryPolicy: Hashable, Sendable {
    /// Why an attempt failed.
    public enum FailureKind: Hashable, Sendable {
        /// A fault that is likely to pass: a reset, a 502.
        case transient
        /// The server asked for less: a 429.
        case throttling
    }

    /// Attempts in all, the first one included.
    public var maxAttempts: Int
    /// The shortest delay after a passing fault.
    public var transientBase: Duration
    /// The first ceiling after throttling.
    public var throttlingBase: Duration
    /// The longest delay.
    public var cap: Duration

    /// Creates a policy.
    public init(
        maxAttempts: Int = 3,
        transientBase: Duration = .milliseconds(500),
        throttlingBase: Duration = .seconds(1),
        cap: Duration = .seconds(20)
    ) {
        self.maxAttempts = max(1, maxAttempts)
        self.transientBase = transientBase
        self.throttlingBase = throttlingBase
        self.cap = cap
    }

    /// One attempt only.
    public static let once = RetryPolicy(maxAttempts: 1)

    /// The delay before retry number `index`, counted from 0; `chance` is in 0..<1.
    public func backoff(_ kind: FailureKind, index: Int, chance: Double) -> Duration {
        let first = kind == .transient ? transientBase * 2 : throttlingBase
        let ceiling = min(cap, first * (1 << min(index, 30)))
        return kind == .transient ? ceiling / 2 * (1 + chance) : ceiling * chance
    }
}

/// The attempts of one operation so far.
public struct RetryState: Sendable {
    /// What to do after a failed attempt.
    public enum RetryDecision: Hashable, Sendable {
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
    /// `Retry-After` is kept to the second, and jitter is added to it. If it does not fit before the deadline,
    /// waiting is pointless.
    ///
    /// - Parameters:
    ///   - kind: why the attempt failed.
    ///   - retryAfter: how long the server wants us to wait.
    ///   - limit: attempts in all, if the failure allows fewer or more than the policy.
    ///   - now: the present.
    ///   - deadline: when the operation must be over.
    ///   - chance: a draw from 0..<1.
    public mutating func failed(
        _ kind: RetryPolicy.FailureKind,
        retryAfter: Duration?,
        limit: Int? = nil,
        now: Timeline.Instant,
        deadline: Timeline.Instant,
        chance: Double
    ) -> RetryDecision {
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
