import ExactJSON
import HTTPExchange

/// Decides how long a run of a service is followed; it knows no network and does not sleep.
///
/// A run that waits, or has no time limit, is followed as long as the service answers. One that has a limit gets ours beyond
/// it, and a service that says nothing has ours alone.
struct FollowState {
    enum FollowStep: Equatable {
        case ask(after: Duration)
        /// The run has ended.
        case ended
        /// The time is up.
        case giveUp
    }

    /// The time between two questions.
    static let pause = Duration.milliseconds(500)
    /// The longest time between two questions while nothing is heard.
    static let longestPause = Duration.seconds(5)

    private let patience: Duration
    private var heardAt: Timeline.Instant
    private var startedAt: Timeline.Instant?
    /// The time limit of the run; `nil` for none.
    private var limit: Duration?
    private var failures = 0

    /// - Parameter patience: how long the run is followed beyond its own time limit.
    init(patience: Duration, now: Timeline.Instant) {
        (self.patience, heardAt) = (patience, now)
    }

    /// The service has said where the run stands.
    mutating func heard(_ run: JSONValue, now: Timeline.Instant) -> FollowStep {
        (heardAt, failures) = (now, 0)
        switch run["state"]?.string {
        case "queued": return .ask(after: Self.pause)
        case "running":
            if startedAt == nil { startedAt = now }
            if let seconds = run["timeoutSeconds"]?.double, seconds.isFinite, seconds >= 0 {
                limit = .seconds(min(seconds, 1e9))
            }
            if let startedAt, let limit, startedAt.duration(to: now) >= limit + patience { return .giveUp }
            return .ask(after: Self.pause)
        default: return .ended
        }
    }

    /// Nothing that can be read was heard.
    mutating func failed(now: Timeline.Instant) -> FollowStep {
        failures += 1
        guard heardAt.duration(to: now) < patience else { return .giveUp }
        let left = now.duration(to: heardAt.advanced(by: patience))
        return .ask(after: min(left, min(Self.longestPause, Self.pause * Double(1 << min(failures, 4)))))
    }
}
