internal import DiscreteEvents

/// One replication of an experiment: a dialer, its agents and the people it calls, event by event in virtual time.
///
/// An attempt rings and gets its outcome. A person who answers is analysed (where there is detection), then taken by the
/// agent who has waited longest, or waits, first come, first served, until patience ends. An agent talks, wraps up, and
/// takes a waiting call before the pacing policy is asked. The policy is asked once after each event; a call in flight is
/// never cancelled. A roster says when agents are there (`Dialer+Duty.swift`), a schedule what changes during a shift
/// (`Dialer+Days.swift`), a list who can be called (`Dialer+List.swift`).
///
/// Policy and trace are type parameters, so that the compiler makes one program of engine and policy, and a trace that
/// is off costs nothing.
struct Dialer<Policy: PacingPolicy, Trace: TraceSink>: ~Copyable {
    let experiment: Experiment
    let isOpenLoop: Bool
    let hasRoster: Bool
    let hasList: Bool
    /// Whether anything may come between answer and agent, now or by the schedule.
    let hasScreening: Bool
    /// Whether the end of a conversation is an event of its own.
    ///
    /// It is one for a trace, for a limit on trunks that can bind, and for a policy that counts conversations or looks at the time.
    /// Otherwise conversation and wrap-up end in one event, which nothing can tell from two.
    let talkEndsAreSeen: Bool

    var policy: Policy
    var trace: Trace
    var queue: CalendarQueue<Occurrence>
    let stream: RandomStream
    var planner: AttemptPlanner
    /// The largest number of calls at a time.
    var trunks: Int
    var hasDetection: Bool
    /// What the trunks are, if they limit the dialling.
    var limitOfTrunks: PacingLimit
    /// Of an open loop.
    var arrivals: Interarrivals?
    var calls: CallPool
    var idle: IdleAgents
    var waiting = WaitingLine()
    /// Agents on duty as the policy sees them.
    var agents: Int
    var attendance: Attendance
    var contacts: ContactQueue
    /// The moment at which the dialer looks for a contact again; infinite unless it wanted one and none was due.
    var nextLook = Double.infinity
    /// The time of all agents on duty until the list was exhausted, in seconds.
    var idleAfterStart: Double?
    var inFlight = 0
    var activity = Activity()
    /// Calls with an agent, wrap-up excluded, if ``talkEndsAreSeen``; otherwise 0.
    var talking = 0
    /// The largest number of calls at a time, if trunks limit it.
    var peakCalls = 0
    var isDialling = false
    /// Whether the shift goes on although nothing is left to dial.
    var isOnShift = false
    var maximumAttempts = Int.max
    var nextAttempt = 0
    var tally = PacingTally()
    /// The rules of the experiment, then its gauges.
    let compliance: ComplianceBoard
    var recorder: MeasureRecorder
    var day = -1
    var dayStart = 0.0
    var stall = StallDetector()
    var ages = ActivityAges()
    /// The limit that stops the dialling now.
    var limit = PacingLimit.level
    /// Whether more than the policy decides how many calls are placed, or has to know of each.
    var isConstrained: Bool
    /// The idle time until the limit was in force.
    var limitStart = 0.0
    var course: DayCourseRecorder?
    var result: ReplicationResult
    /// Why the replication cannot go on.
    var failure: SimulationError?

    var now = 0.0

    init(_ experiment: Experiment, policy: Policy, replication: UInt32, trace: Trace) {
        let center = experiment.center
        self.experiment = experiment
        self.policy = policy
        self.trace = trace
        agents = center.agents
        let most = policy.mostCalls(agents: center.agents) ?? .max
        trunks = center.bindingTrunks(below: most)
        limitOfTrunks = center.lines ?? .max >= center.concurrencyLimit ?? .max ? .organization : .lines
        isOpenLoop = policy.arrivalsPerSecond != nil
        hasRoster = center.roster != nil
        hasList = experiment.list != nil
        hasDetection = center.detection != nil
        let conditions = [center] + experiment.schedule.map(\.center)
        hasScreening = conditions.contains(where: \.hasScreening)
        // A machine that an agent took is tried again some time after the conversation.
        let machinesTalk = experiment.list != nil && conditions.contains { ($0.detection?.falseNegative ?? 0) > 0 }
        talkEndsAreSeen =
            Trace.isActive || Policy.watchesTalk || machinesTalk
            || conditions.contains { $0.bindingTrunks(below: most) < .max }
        stream = RandomStream(seed: experiment.seed, replication: replication)
        queue = CalendarQueue(capacity: 2 * agents)
        planner = AttemptPlanner(center, stream: stream, counterfactual: experiment.counterfactual)
        arrivals = policy.arrivalsPerSecond.map { [stream] in Interarrivals(rate: $0, stream: stream) }
        calls = CallPool(capacity: 2 * agents)
        idle = IdleAgents(team: agents)
        attendance = Attendance(center.roster ?? Roster([]), shift: experiment.shift ?? .infinity)
        contacts = ContactQueue(experiment.list ?? ContactList(contacts: 0))
        compliance = ComplianceBoard(
            experiment.compliance + experiment.gauges.map(\.measure),
            calendar: experiment.calendar
        )
        isConstrained = experiment.list != nil || experiment.compliance.contains(where: \.watchesAttempts)
        recorder = MeasureRecorder(experiment)
        result = ReplicationResult(replication: replication)
        if let interval = experiment.courseInterval, let shift = experiment.shift {
            course = DayCourseRecorder(every: interval, shift: shift)
        }
        maximumAttempts = experiment.maxCalls ?? .max
    }
}

extension Dialer {
    /// Processes the next event, or begins the next day; `false` when the last day is over.
    @inline(__always)
    mutating func step() -> Bool {
        if !isDialling, calls.inUse == 0, !isOnShift { return beginNextDay() }
        guard let (time, occurrence) = queue.pop() else { return beginNextDay() }
        now = time
        result.events &+= 1
        var occasion = PacingView.Occasion.change
        switch occurrence {
        case .resolution(let call): resolve(call)
        case .detection(let call): decide(call)
        case .patienceEnd(let call):
            waiting.remove(call, in: &calls)
            abandon(call)
        case .talkEnd(let call): endTalk(call)
        case .wrapEnd(let call):
            // Two ends in one event count as two.
            if !talkEndsAreSeen, calls[call].plan.wrap > 0 { result.events &+= 1 }
            endWrap(call)
        case .arrival:
            occasion = .arrival
            if isDialling { scheduleArrival() }
        case .tick:
            occasion = .tick
            if isDialling, let interval = policy.tickInterval {
                queue.push(.tick, at: now + interval, rank: Rank.ticks)
            }
        default: guard happens(occurrence) else { return true }
        }
        if isDialling { dial(for: occasion) } else if !isOnShift { runOut() }
        return true
    }

    /// What happens a few times a day, apart from the calls.
    ///
    /// - Returns: Whether the policy is asked afterwards.
    @inline(never)
    private mutating func happens(_ occurrence: Occurrence) -> Bool {
        switch occurrence {
        case .warmUpEnd: if isDialling { recorder.warmUpEnded(at: now, totals()) }
        case .sample: sample()
        case .intervalEnd:
            // Looking at a day does not change it.
            endInterval()
            return false
        case .shiftEnd: endShift()
        case .arrivalOfAgents: agentsArrive()
        case .departureOfAgents: agentsDepart()
        case .scheduleEntry(let index):
            let before = trunks
            change(to: Int(index))
            return trunks != before
        case .contactDue: nextLook = .infinity
        case .resolution, .detection, .patienceEnd, .talkEnd, .wrapEnd, .arrival, .tick: break
        }
        return true
    }

    /// A line gets its outcome.
    @inline(__always)
    private mutating func resolve(_ id: CallID) {
        let outcome = calls[id].plan.outcome
        recorder.resolved(calls[id])
        tally.resolved &+= 1
        if outcome == .answered {
            calls[id].answeredAt = now
            calls[id].liveNumber = recorder.nextLiveNumber()
            compliance.answered(at: now)
            note(.answered, id)
            calls[id].isAnalysed ? analyse(id) : offer(id)
        } else if calls[id].isAnalysed, outcome == .voicemail {
            calls[id].answeredAt = now
            note(.machineAnswered, id)
            analyse(id)
        } else {
            compliance.ended(outcome, after: calls[id].plan.ringing)
            leaveFlight(id)
            note(.ended, id)
            if hasList { contactNotReached(id) }
            freeUnserved(id)
            calls.release(id)
        }
    }

    /// Holds the line until answering-machine detection has decided.
    @inline(never)
    private mutating func analyse(_ id: CallID) {
        queue.push(.detection(id), at: now + calls[id].screening.detection, rank: Rank.attempts)
    }

    /// Answering-machine detection has decided.
    @inline(never)
    private mutating func decide(_ id: CallID) {
        if calls[id].isPerson != calls[id].plan.isMisjudged { return offer(id) }
        leaveFlight(id)
        if calls[id].isPerson {
            compliance.droppedAsMachine(calls[id])
            recorder.droppedAsMachine(calls[id], at: now)
            note(.falsePositive, id)
        } else {
            note(.ended, id)
        }
        if hasList { contactNotReached(id) }
        freeUnserved(id)
        calls.release(id)
    }

    @inline(__always)
    private mutating func leaveFlight(_ id: CallID) {
        inFlight &-= 1
        if Policy.watchesAges { ages.dialled.remove(id) }
    }

    /// A call wants an agent: the one who has waited longest, or a place in the line.
    @inline(__always)
    private mutating func offer(_ id: CallID) {
        leaveFlight(id)
        tally.live &+= 1
        if idle.count > 0 {
            let agent = idle.removeFirst()
            activity.idleSeconds += now - agent.since
            activity.idlePeriods &+= 1
            activity.agentBecameBusy(at: now)
            connect(id, agent.number)
        } else if calls[id].plan.patience > 0 {
            wait(id)
        } else {
            abandon(id)
        }
    }

    @inline(never)
    private mutating func wait(_ id: CallID) {
        let end = now + calls[id].plan.patience
        calls[id].patienceEvent = end < .infinity ? queue.push(.patienceEnd(id), at: end, rank: Rank.patience) : -1
        waiting.append(id, in: &calls)
        note(.waiting, id)
    }

    @inline(never)
    private mutating func abandon(_ id: CallID) {
        tally.abandoned += 1
        if calls[id].isPerson { compliance.abandoned(calls[id], at: now) }
        recorder.abandoned(calls[id], at: now)
        note(.abandoned, id)
        if hasList { contactNotReached(id) }
        freeUnserved(id)
        calls.release(id)
    }

    @inline(__always)
    mutating func connect(_ id: CallID, _ agent: Int32) {
        calls[id].agent = agent
        calls[id].connectedAt = now
        activity.callWaitsNoMore(at: now)
        activity.talkSeconds += calls[id].plan.talk
        if Policy.watchesAges { ages.connected.insert(id, at: now - dayStart) }
        if calls[id].isPerson {
            compliance.connected(calls[id], at: now)
            activity.connects &+= 1
        }
        recorder.connected(calls[id], at: now)
        note(.connected, id)
        if hasList, calls[id].isPerson { contactReached() }
        let talkEnd = now + calls[id].plan.talk
        if talkEndsAreSeen {
            talking &+= 1
            queue.push(.talkEnd(id), at: talkEnd, rank: Rank.agents)
        } else {
            queue.push(.wrapEnd(id), at: talkEnd + calls[id].plan.wrap, rank: Rank.agents)
        }
    }

    /// A conversation ends: its line is free, its agent after the wrap-up.
    @inline(__always)
    private mutating func endTalk(_ id: CallID) {
        talking &-= 1
        note(.talkEnded, id)
        if hasList, !calls[id].isPerson { contactNotReached(id) }
        let wrap = calls[id].plan.wrap
        if wrap > 0 {
            queue.push(.wrapEnd(id), at: now + wrap, rank: Rank.agents)
        } else {
            endWrap(id)
        }
    }

    /// An agent is free: for the first waiting call, or to wait.
    @inline(__always)
    private mutating func endWrap(_ id: CallID) {
        let agent = calls[id].agent
        note(.agentReady, id)
        if Policy.watchesAges { ages.connected.remove(id) }
        calls.release(id)
        if hasRoster, agentGoes(agent) { return }
        if waiting.count > 0 {
            connectFirstWaiting(agent)
        } else {
            activity.agentBecameFree(at: now)
            idle.append(IdleAgents.IdleAgent(number: agent, since: now))
        }
    }

    @inline(never)
    mutating func connectFirstWaiting(_ agent: Int32) {
        let first = waiting.first
        waiting.remove(first, in: &calls)
        if calls[first].patienceEvent >= 0 { queue.remove(calls[first].patienceEvent) }
        connect(first, agent)
    }

    @inline(__always)
    private mutating func freeUnserved(_ id: CallID) {
        activity.callWaitsNoMore(at: now)
        recorder.endedUnserved(calls[id], at: now)
    }

    @inline(__always)
    mutating func note(_ kind: TraceEvent.Kind, _ id: CallID) {
        if Trace.isActive { trace.record(TraceEvent(kind, of: calls[id], at: now)) }
    }
}
