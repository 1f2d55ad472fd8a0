/// One step of the simulation, for a trace.
public struct TraceEvent: Hashable, Sendable {
    /// What happened.
    public enum Kind: String, Hashable, Sendable {
        /// A day began; all agents wait.
        case dayStarted
        /// A call was dialled.
        case dialled
        /// A call of an open loop found no trunk.
        case blocked
        /// A line ended with an outcome other than a person's answer.
        case ended
        /// A person answered.
        case answered
        /// A machine answered and is under analysis.
        case machineAnswered
        /// A person was dropped as a machine.
        case falsePositive
        /// A person, or a machine taken for one, waits for an agent.
        case waiting
        /// An agent took the call.
        case connected
        /// Nobody took the call in time.
        case abandoned
        /// The conversation ended.
        case talkEnded
        /// The agent is ready again.
        case agentReady
        /// Dialling stopped for the day.
        case diallingEnded
        /// An agent of a roster came on duty.
        case agentOnDuty
        /// An agent of a roster left.
        case agentOffDuty
        /// An agent of a roster went on a break.
        case breakStarted
        /// An agent of a roster returned from a break.
        case breakEnded
    }

    /// What happened.
    public var kind: Kind
    /// When, in virtual seconds.
    public var time: Double
    /// The index of the attempt; nil if the event is not about an attempt.
    public var attempt: UInt64?
    /// The outcome, once it is known.
    public var outcome: AttemptOutcome?
    /// The moment at which the attempt was dialled, in virtual seconds.
    public var dialledAt: Double?
    /// The contact that is called, as its place in the list, from 0; nil without a list.
    public var contact: Int?
    /// The agent, from 0.
    public var agent: Int?
    /// The first word of the person's greeting, of an answer.
    public var greetingStart: Double?
    /// The last word of the person's greeting, of an answer.
    public var greetingEnd: Double?
    /// Whether a call that was dialled will ring.
    var rings = false
}

extension TraceEvent {
    init(_ kind: Kind, attempt: UInt64? = nil, at time: Double) {
        self.init(kind: kind, time: time, attempt: attempt)
    }

    init(_ kind: Kind, agent: Int, at time: Double) {
        self.init(kind: kind, time: time)
        self.agent = agent
    }

    init(_ kind: Kind, of call: Call, at time: Double) {
        self.init(kind: kind, time: time, attempt: call.attempt, dialledAt: call.dialledAt)
        if call.contact >= 0 { contact = Int(call.contact) }
        if kind == .dialled { rings = call.plan.outcome.rings } else { outcome = call.plan.outcome }
        switch kind {
        case .answered:
            greetingStart = time + call.screening.greetingStart
            greetingEnd = time + call.screening.greetingEnd
        case .connected, .talkEnded, .agentReady: agent = Int(call.agent)
        default: break
        }
    }
}
