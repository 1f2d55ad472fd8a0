import HTTPExchange
public import SimulationAPI

/// Decides after each poll whether to go on, and when; knows no network and does not sleep.
struct TrackingState: Sendable {
    enum PollStep: Sendable {
        case poll(at: Timeline.Instant)
        case over(TrackingEnd)
        case fail(ClientError)
    }

    /// Polls of a simulation that is not visible yet.
    static let missesAllowed = 3
    /// The time after the create in which it may not be visible yet.
    static let visibleWithin: Duration = .seconds(5)
    static let longestPause: Duration = .seconds(15)

    private(set) var notes: [String] = []
    private(set) var illegalProgressions: [String] = []
    private(set) var polls = 0
    private(set) var lastError: ClientError?
    private let began: Timeline.Instant
    private let deadline: Timeline.Instant
    private let interval: Duration
    private let show: @Sendable (String) -> String
    private var last: SimulationStatus?
    private var lastState: SimulationState?
    private var unchanged = 0
    private var failures = 0
    private var misses = 0
    private let faults: RetryPolicy

    /// Begins with no poll made; `show` makes a word of the other side fit to be shown.
    init(
        began: Timeline.Instant,
        deadline: Timeline.Instant,
        interval: Duration,
        show: @escaping @Sendable (String) -> String
    ) {
        self.show = show
        self.began = began
        self.deadline = deadline
        self.interval = max(interval, .microseconds(1))
        faults = RetryPolicy(throttlingBase: self.interval, cap: Self.longestPause)
    }

    mutating func saw(_ status: SimulationStatus, now: Timeline.Instant, chance: Double) -> PollStep {
        polls += 1
        (failures, lastError) = (0, nil)
        if let state = status.state {
            if let lastState, !state.canFollow(lastState) {
                let step = "the simulation was \(lastState.rawValue), then \(state.rawValue)"
                if note(step) { illegalProgressions.append(step) }
            }
            lastState = state
        } else {
            note("the state \"\(show(status.stateWord))\" is not known")
        }
        unchanged = status == last ? unchanged + 1 : 0
        last = status
        if status.state?.isTerminal == true { return .over(.ended(status)) }
        // Slower while nothing moves, up to four times the interval; a little jitter keeps many runs apart.
        let pause = min(max(Self.longestPause, interval), interval * (1 + 0.5 * Double(min(unchanged, 6))))
        return poll(after: pause * (0.9 + 0.2 * chance), now)
    }

    mutating func failed(_ error: ClientError, now: Timeline.Instant, chance: Double) -> PollStep {
        polls += 1
        lastError = error
        if error.code == .cancelled { return .fail(error) }
        if now >= deadline { return .over(outOfTime) }
        if error.code == .notFound {
            misses += 1
            let isYoung = last == nil && began.duration(to: now) <= Self.visibleWithin
            guard isYoung, misses <= Self.missesAllowed else {
                return .fail(error.adding("the simulation can no longer be read"))
            }
            return poll(after: min(interval, .seconds(1)), now)
        }
        guard error.isTransient || error.code == .timedOut else { return .fail(error) }
        if let retryAfter = error.retryAfter, now.advanced(by: retryAfter) >= deadline {
            lastError = error.beyondDeadline()
            return .over(outOfTime)
        }
        let backoff = min(
            Self.longestPause,
            interval / 2 + faults.backoff(.throttling, index: failures, chance: chance)
        )
        failures += 1
        return poll(after: (error.retryAfter ?? .zero) + backoff, now)
    }

    var outOfTime: TrackingEnd { .timedOut(last: last) }

    func tracking(_ end: TrackingEnd) -> Tracking {
        Tracking(end: end, notes: notes, illegalProgressions: illegalProgressions, polls: polls, lastError: lastError)
    }

    /// The next poll; one that would come too late is replaced by the end of the time.
    private func poll(after pause: Duration, _ now: Timeline.Instant) -> PollStep {
        now >= deadline ? .over(outOfTime) : .poll(at: min(deadline, now.advanced(by: pause)))
    }

    /// The earliest instant at which a webhook may bring the next poll forward.
    func earliestWake(_ now: Timeline.Instant) -> Timeline.Instant {
        lastError?.retryAfter.map { now.advanced(by: $0) } ?? now.advanced(by: min(interval / 4, .seconds(1)))
    }

    /// - Returns: whether that is new.
    @discardableResult
    private mutating func note(_ text: String) -> Bool {
        guard !notes.contains(text), notes.count < 20 else { return false }
        notes.append(text)
        return true
    }
}

/// How the tracking of a simulation ended.
public enum TrackingEnd: Hashable, Sendable {
    /// The simulation ended: completed, failed or cancelled.
    case ended(SimulationStatus)
    /// The deadline came first; with what was seen last.
    case timedOut(last: SimulationStatus?)
}

/// What the tracking of a simulation showed.
public struct Tracking: Sendable {
    /// How it ended.
    public var end: TrackingEnd
    /// What was odd on the way: states in an impossible order, words that are not known.
    public var notes: [String]
    /// The notes about states in an impossible order.
    public var illegalProgressions: [String] = []
    /// How often the simulation was asked for.
    public var polls: Int
    /// Why the last poll failed, if it failed; explains why the time ran out.
    public var lastError: ClientError?
}
