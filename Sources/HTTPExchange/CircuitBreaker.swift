/// Pauses an operation that keeps failing, then lets one request through to see whether it is over.
///
/// A value that only decides. Closed, everything passes. Open, nothing passes for a while. Half-open, one request passes
/// as a probe, and its result decides. A request that is held learns when to ask again.
package struct CircuitBreaker: Sendable {
    package enum Position: Hashable, Sendable {
        case closed
        case open(since: Timeline.Instant, pause: Duration)
        case halfOpen(since: Timeline.Instant, pause: Duration)
    }

    /// Whether a request may leave.
    package enum Permission: Hashable, Sendable {
        /// It may; the result of a probe decides the position of the breaker.
        case granted(isProbe: Bool)
        /// Not before this instant.
        case held(until: Timeline.Instant)
    }

    /// How a request ended.
    package enum RequestEnding: Hashable, Sendable {
        /// The server works, whatever it answered.
        case answered
        /// The server does not work or cannot be reached.
        case failed
        /// We cancelled the request, so it says nothing about the server.
        case cancelled
    }

    /// How long other requests wait for the result of a probe before they ask again.
    package static let probePatience: Duration = .seconds(1)

    package private(set) var position = Position.closed
    private var consecutive = 0
    private var recent: [(at: Timeline.Instant, isFailure: Bool)] = []
    private let rules: BreakerRules

    package init(_ rules: BreakerRules) { self.rules = rules }

    /// Decides whether a request that must end by a deadline may leave.
    ///
    /// The pause is cut to half of the time between its start and the deadline: to be late is as bad as to fail.
    package mutating func request(now: Timeline.Instant, deadline: Timeline.Instant) -> Permission {
        if let end = hold(now: now, deadline: deadline) { return .held(until: end) }
        guard case .open(let since, let pause) = position else { return .granted(isProbe: false) }
        position = .halfOpen(since: since, pause: pause)
        return .granted(isProbe: true)
    }

    /// Until when requests are held; `nil` if one may leave now.
    package func hold(now: Timeline.Instant, deadline: Timeline.Instant) -> Timeline.Instant? {
        switch position {
        case .closed: return nil
        case .halfOpen: return now.advanced(by: Self.probePatience)
        case .open(let since, let pause):
            let end = since.advanced(by: min(pause, max(.zero, since.duration(to: deadline) / 2)))
            return now < end ? end : nil
        }
    }

    /// Takes the result of a request that was granted.
    package mutating func finished(_ ending: RequestEnding, isProbe: Bool, now: Timeline.Instant) {
        switch (position, ending) {
        case (.closed, .answered), (.closed, .failed): count(ending == .failed, now)
        case (.halfOpen, .answered) where isProbe: position = .closed
        case (.halfOpen(_, let pause), .failed) where isProbe:
            position = .open(since: now, pause: min(rules.longestPause, pause * 2))
        case (.halfOpen(let since, let pause), .cancelled) where isProbe:
            position = .open(since: since, pause: pause)
        // A request that left before the breaker opened says nothing new.
        default: break
        }
    }

    private mutating func count(_ isFailure: Bool, _ now: Timeline.Instant) {
        consecutive = isFailure ? consecutive + 1 : 0
        recent.append((now, isFailure))
        recent.removeAll { $0.at.duration(to: now) >= rules.window }
        let failures = recent.count { $0.isFailure }
        let isBad = recent.count >= rules.minimumCalls && Double(failures) >= rules.failureRatio * Double(recent.count)
        guard isFailure, consecutive >= rules.consecutiveFailures || isBad else { return }
        (position, consecutive, recent) = (.open(since: now, pause: rules.pause), 0, [])
    }
}

/// When a circuit breaker opens, and for how long.
public struct BreakerRules: Hashable, Sendable {
    /// This number of failures in a row opens it.
    public var consecutiveFailures = 5
    /// The number of calls within ``window`` from which on their share of failures counts.
    public var minimumCalls = 20
    /// This share of failures, or more, opens it.
    public var failureRatio = 0.5
    /// The time in which calls are counted.
    public var window: Duration = .seconds(30)
    /// How long it stays open at first; doubles with every probe that fails.
    public var pause: Duration = .seconds(15)
    /// The longest that it stays open.
    public var longestPause: Duration = .seconds(300)

    /// The usual rules.
    public init() {}

    /// Never opens.
    public static var never: BreakerRules {
        var rules = BreakerRules()
        (rules.consecutiveFailures, rules.minimumCalls) = (.max, .max)
        return rules
    }
}
