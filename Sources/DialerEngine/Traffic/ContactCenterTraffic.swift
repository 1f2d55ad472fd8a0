/// The calls of a contact centre, step by step: the engine as a source of ``CallEvent``s.
///
/// | Outcome | Course |
/// |---|---|
/// | dial tone, busy signal | dialing → completed |
/// | no answer, voicemail | dialing → ringing → completed |
/// | answer, an agent in time | dialing → ringing → answered → connected → completed |
/// | answer, no agent in time, or taken for a machine | dialing → ringing → answered → abandoned |
///
/// A voicemail that is taken for a person goes to an agent and is completed after that. A call rings from the moment of
/// dialling, since the time to the outcome is one. Memory is proportional to the calls at a time.
public struct ContactCenterTraffic: ~Copyable {
    private var dialer: Dialer<AnyPolicy, CallEventBuffer>

    /// Creates the traffic of a replication of an experiment.
    public init(_ experiment: Experiment, replication: UInt32 = 0) throws(SimulationError) {
        try experiment.validate()
        let policy = try experiment.pacing.withPolicy(for: experiment, AnyPolicy.Making())
        dialer = Dialer(experiment, policy: policy, replication: replication, trace: CallEventBuffer())
    }

    /// What has kept agents idle while there was dialling; complete when every call has ended.
    public var idleCauses: IdleCauses { dialer.result.idleCauses }

    /// Advances to the next event.
    ///
    /// Events come in the order of virtual time.
    ///
    /// - Returns: The event, `nil` when every call has ended.
    public mutating func next() throws(SimulationError) -> CallEvent? {
        while dialer.trace.isEmpty {
            if !dialer.step() {
                if let failure = dialer.failure { throw failure }
                return nil
            }
        }
        return dialer.trace.removeFirst()
    }
}

/// A policy whose kind is known when the program runs.
struct AnyPolicy: PacingPolicy {
    struct Making: PolicyUse {
        func callAsFunction(_ policy: some PacingPolicy) -> AnyPolicy { AnyPolicy(base: policy) }
    }

    fileprivate var base: any PacingPolicy

    // Ages are offered to every policy; those that do not watch them ignore them.
    static var watchesAges: Bool { true }
    static var watchesTalk: Bool { true }
    var tickInterval: Double? { base.tickInterval }
    var arrivalsPerSecond: Double? { base.arrivalsPerSecond }
    mutating func startDay(_ view: PacingView) { base.startDay(view) }
    mutating func callsToPlace(_ view: PacingView) -> Int { base.callsToPlace(view) }
}

/// Turns the steps of the engine into those of calls and keeps them until they are taken.
struct CallEventBuffer: TraceSink {
    static var isActive: Bool { true }
    private var events: [CallEvent] = []
    private var taken = 0

    var isEmpty: Bool { taken == events.count }

    mutating func removeFirst() -> CallEvent {
        let event = events[taken]
        taken += 1
        if isEmpty {
            events.removeAll(keepingCapacity: true)
            taken = 0
        }
        return event
    }

    mutating func record(_ event: TraceEvent) {
        let isPerson = event.outcome == .answered
        switch event.kind {
        case .dialled:
            append(.dialing, event)
            if event.rings { append(.ringing, event) }
        case .answered: append(.answered, event)
        case .connected: if isPerson { append(.connected, event) }
        case .talkEnded, .ended: append(.completed, event)
        case .abandoned: append(isPerson ? .abandoned : .completed, event)
        case .falsePositive: append(.abandoned, event)
        case .dayStarted, .blocked, .machineAnswered, .waiting, .agentReady, .diallingEnded, .agentOnDuty,
            .agentOffDuty,
            .breakStarted, .breakEnded:
            break
        }
    }

    private mutating func append(_ phase: CallPhase, _ event: TraceEvent) {
        guard let attempt = event.attempt, let dialledAt = event.dialledAt else { return }
        let outcome = phase == .dialing || phase == .ringing ? nil : event.outcome
        events.append(
            CallEvent(attempt: attempt, phase: phase, outcome: outcome, time: event.time, startedAt: dialledAt)
        )
    }
}
