import DialerEngine

/// The abandonments of one window with the state of the contact centre at each, from its trace.
struct WindowTrace {
    /// What agents and lines do at a moment.
    struct State: Hashable, Sendable {
        var onDuty = 0
        var onBreak = 0
        var talking = 0
        var inFlight = 0
        var waiting = 0
    }

    /// A caller who answered and was not served as the rule demands.
    struct Abandonment: Hashable, Sendable {
        var time: Double
        var state: State
    }

    /// A moment at which something changed, for the time line.
    struct Change: Hashable, Sendable {
        var time: Double
        var state: State
    }

    private let profile: ComplianceProfile
    private let team: Int
    private let hasRoster: Bool
    private var inFlight: Set<UInt64> = []
    private var answers: [UInt64: (answered: Double, clock: Double)] = [:]
    private(set) var state = State()
    private(set) var abandonments: [Abandonment] = []
    private(set) var changes: [Change] = []

    init(_ experiment: Experiment, _ profile: ComplianceProfile) {
        self.profile = profile
        team = experiment.center.agents
        hasRoster = experiment.center.roster != nil
    }

    mutating func add(_ event: TraceEvent) {
        let attempt = event.attempt ?? .max
        switch event.kind {
        case .dayStarted: state = State(onDuty: hasRoster ? 0 : team)
        case .agentOnDuty: state.onDuty += 1
        case .agentOffDuty: state.onDuty -= 1
        case .breakStarted:
            state.onDuty -= 1
            state.onBreak += 1
        case .breakEnded:
            state.onDuty += 1
            state.onBreak -= 1
        case .dialled: inFlight.insert(attempt)
        case .ended: inFlight.remove(attempt)
        case .answered:
            let clock =
                switch profile.clock {
                case .answer: event.time
                case .greetingStart: event.greetingStart ?? event.time
                case .greetingEnd: event.greetingEnd ?? event.time
                }
            answers[attempt] = (event.time, clock)
        case .waiting:
            inFlight.remove(attempt)
            state.waiting += 1
            answers[attempt, default: (event.time, event.time)].answered = event.time
            waitingCalls.insert(attempt)
        case .connected:
            leave(attempt)
            state.talking += 1
            if event.outcome == .answered, let answer = answers[attempt],
                event.time - answer.clock > profile.seconds + 1e-6
            {
                note(event.time)
            }
            answers[attempt] = nil
        case .talkEnded: state.talking -= 1
        case .abandoned:
            // The state is that in which nobody came.
            leave(attempt)
            if event.outcome == .answered, let answer = answers[attempt],
                profile.countsEarlyHangUps || event.time - answer.clock > profile.seconds + 1e-6
            {
                note(event.time)
            }
            answers[attempt] = nil
        case .falsePositive:
            leave(attempt)
            if profile.falsePositives == .abandoned { note(event.time) }
            answers[attempt] = nil
        case .machineAnswered, .blocked, .agentReady, .diallingEnded: break
        }
        state.inFlight = inFlight.count
        changes.append(Change(time: event.time, state: state))
    }

    private var waitingCalls: Set<UInt64> = []

    private mutating func leave(_ attempt: UInt64) {
        inFlight.remove(attempt)
        if waitingCalls.remove(attempt) != nil { state.waiting -= 1 }
    }

    private mutating func note(_ time: Double) {
        state.inFlight = inFlight.count
        abandonments.append(Abandonment(time: time, state: state))
    }
}
