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

    private let profile: ComplianceProfile
    private let team: Int
    private let hasRoster: Bool
    private(set) var course: WindowCourse
    private var inFlight: Set<UInt64> = []
    /// When the rule's clock started for each person who answered and whose fate is open.
    private var clocks: [UInt64: Double] = [:]
    private var waitingCalls: Set<UInt64> = []
    private(set) var state = State()
    private(set) var abandonments: [Abandonment] = []

    init(_ experiment: Experiment, _ profile: ComplianceProfile) {
        self.profile = profile
        team = experiment.center.agents
        hasRoster = experiment.center.roster != nil
        course = WindowCourse(experiment)
    }

    mutating func add(_ event: TraceEvent) {
        course.advance(to: event.time, state)
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
            clocks[attempt] =
                switch profile.clock {
                case .answer: event.time
                case .greetingStart: event.greetingStart ?? event.time
                case .greetingEnd: event.greetingEnd ?? event.time
                }
        case .waiting:
            inFlight.remove(attempt)
            state.waiting += 1
            waitingCalls.insert(attempt)
        case .connected:
            leave(attempt)
            state.talking += 1
            if event.outcome == .answered, let clock = clocks[attempt],
                event.time - clock > profile.seconds + 1e-6
            {
                note(event.time)
            }
            clocks[attempt] = nil
        case .talkEnded: state.talking -= 1
        case .abandoned:
            // The state is that in which nobody came.
            leave(attempt)
            if event.outcome == .answered, let clock = clocks[attempt],
                profile.countsEarlyHangUps || event.time - clock > profile.seconds + 1e-6
            {
                note(event.time)
            }
            clocks[attempt] = nil
        case .falsePositive:
            leave(attempt)
            if profile.falsePositives == .abandoned { note(event.time) }
            clocks[attempt] = nil
        case .machineAnswered, .blocked, .agentReady, .diallingEnded: break
        }
        state.inFlight = inFlight.count
    }

    private mutating func leave(_ attempt: UInt64) {
        inFlight.remove(attempt)
        if waitingCalls.remove(attempt) != nil { state.waiting -= 1 }
    }

    private mutating func note(_ time: Double) {
        state.inFlight = inFlight.count
        abandonments.append(Abandonment(time: time, state: state))
        course.abandonments.append(time)
    }
}
