/// When a failed attempt is made again: how often, and after how long.
///
/// The delay is drawn evenly from zero to a ceiling that doubles ("full jitter"), so clients that failed together do
/// not come back together. The policy decides and never sleeps.
public struct RetryPolicy: Hashable, Sendable {
    /// Why an attempt failed.
    public enum Kind: Hashable, Sendable {
        /// A fault that is likely to pass: a reset, a 502.
        case transient
        /// The server asked for less: a 429.
        case throttling
    }

    /// Attempts in all, the first one included.
    public var maxAttempts: Int
    /// The first ceiling after a passing fault.
    public var transientBase: Duration
    /// The first ceiling after throttling.
    public var throttlingBase: Duration
    /// The highest ceiling.
    public var cap: Duration

    /// Creates a policy.
    public init(
        maxAttempts: Int = 3,
        transientBase: Duration = .milliseconds(50),
        throttlingBase: Duration = .seconds(1),
        cap: Duration = .seconds(20)
    ) {
        self.maxAttempts = max(1, maxAttempts)
        self.transientBase = transientBase
        self.throttlingBase = throttlingBase
        self.cap = cap
    }

    /// One attempt and no more.
    public static let once = RetryPolicy(maxAttempts: 1)

    /// The delay before retry number `index`, counted from 0; `chance` is in 0..<1.
    public func backoff(_ kind: Kind, index: Int, chance: Double) -> Duration {
        let base = kind == .transient ? transientBase : throttlingBase
        return min(cap, base * (1 << min(index, 30))) * chance
    }
}
