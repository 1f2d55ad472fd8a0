/// Pauses an operation that keeps failing, then lets one request through to see whether it is over.
///
/// A value that decides and does nothing. Closed, everything passes; open, nothing does for a while; half-open, one
/// request does, the probe, and its end decides. Those that are held are told when to come back.
package struct CircuitBreaker: Sendable {
    /// The positions of the breaker.
    package enum Position: Hashable, Sendable {
        /// Everything passes.
        case closed
        /// Nothing passes for a while.
        case open(since: Timeline.Instant, pause: Duration)
        /// A probe is under way.
        case halfOpen(since: Timeline.Instant, pause: Duration)
    }

    /// Whether a request may leave.
    package enum Permission: Hashable, Sendable {
        /// It may; `isProbe` where its end decides over the breaker.
        case granted(isProbe: Bool)
        /// Not before then.
        case held(until: Timeline.Instant)
    }

    /// How a request ended.
    package enum Ending: Hashable, Sendable {
        /// The other side works, whatever it said.
        case answered
        /// The other side does not work, or cannot be reached.
        case failed
        /// It was given up and shows nothing.
        case abandoned
    }

    /// How long others wait for the end of a probe before they ask again.
    package static let probePatience: Duration = .seconds(1)

    /// Where it stands.
    package private(set) var position = Position.closed
    private var consecutive = 0
    private var recent: [(at: Timeline.Instant, isFailure: Bool)] = []
    private let rules: BreakerRules

    /// A closed breaker.
    package init(_ rules: BreakerRules) { self.rules = rules }

    /// Decides over a request that must be over by a deadline.
    ///
    /// A breaker that would stay open for longer than half of the time that the request had when it opened lets it
    /// through then: to be late is no better than to fail.
    package mutating func request(now: Timeline.Instant, deadline: Timeline.Instant) -> Permission {
        switch position {
        case .closed: return .granted(isProbe: false)
        case .halfOpen: return .held(until: now.advanced(by: Self.probePatience))
        case .open(let since, let pause):
            let end = since.advanced(by: min(pause, max(.zero, since.duration(to: deadline) / 2)))
            guard now >= end else { return .held(until: end) }
            position = .halfOpen(since: since, pause: pause)
            return .granted(isProbe: true)
        }
    }

    /// Notes the end of a request that was let through.
    package mutating func finished(_ ending: Ending, isProbe: Bool, now: Timeline.Instant) {
        switch (position, ending) {
        case (.closed, .answered), (.closed, .failed): count(ending == .failed, now)
        case (.halfOpen, .answered) where isProbe: position = .closed
        case (.halfOpen(_, let pause), .failed) where isProbe:
            position = .open(since: now, pause: min(rules.longestPause, pause * 2))
        case (.halfOpen(let since, let pause), .abandoned) where isProbe:
            position = .open(since: since, pause: pause)
        // What left before it opened says nothing new.
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
