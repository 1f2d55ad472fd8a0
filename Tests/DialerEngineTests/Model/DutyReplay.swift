import DialerEngine

/// Agents of a roster as a trace tells of them, held to the roster and to each other.
struct DutyReplay {
    private enum Place { case away, idle, busy, onBreak }

    private struct Agent {
        var entry: Roster.Entry
        var place = Place.away
        var hasCome = false
        var nextBreak = 0
        /// When the agent came, returned or was ready last.
        var freeSince = 0.0
        var returnsAt = Double.infinity
    }

    private let shift: Double
    private let warmUp: Double
    private let callLimit: Int
    private var dialled = 0
    /// The moment from which no contact is left.
    private let exhaustedAt: Double
    /// All calls that were asked for have been placed, so agents need not stay.
    private var areCallsPlaced = false
    private var agents: [Agent]
    private var time = 0.0
    private var dayStart = 0.0
    private var isMeasured = false
    private(set) var dutySeconds = 0.0
    private(set) var idleSeconds = 0.0
    private(set) var busySeconds = 0.0
    /// What no centre does.
    private(set) var faults: [String] = []

    init(_ experiment: Experiment, _ roster: Roster, exhaustedAt: Double?) {
        self.exhaustedAt = exhaustedAt ?? .infinity
        shift = experiment.shift ?? 0
        warmUp = experiment.warmUp
        callLimit = experiment.callLimit ?? .max
        agents = roster.entries.flatMap { repeatElement(Agent(entry: $0), count: $0.agents) }
    }

    /// Nobody is there any more.
    var isOver: Bool { agents.allSatisfy { $0.place == .away || $0.place == .onBreak } }

    mutating func take(_ event: TraceEvent) {
        pass(to: event.time)
        switch event.kind {
        case .dayStarted:
            if !isOver { faults.append("somebody stays over night at \(event.time)") }
            dayStart = event.time
            isMeasured = event.time < exhaustedAt
            for index in agents.indices { agents[index] = Agent(entry: agents[index].entry) }
        // What ends the dialling within a shift ends what is measured of the day.
        case .dialled: dialled += 1
        case .diallingEnded:
            if event.time < dayStart + shift || dialled == callLimit { isMeasured = false }
            areCallsPlaced = !isMeasured && event.time < exhaustedAt
        default: if let agent = event.agent { take(event, of: agent) }
        }
    }

    private mutating func pass(to now: Double) {
        if now < time { faults.append("time goes back at \(now)") }
        if isMeasured {
            let span = max(0, now - max(time, dayStart + warmUp))
            let (idle, busy) = (agents.count { $0.place == .idle }, agents.count { $0.place == .busy })
            dutySeconds += span * Double(idle + busy)
            idleSeconds += span * Double(idle)
            busySeconds += span * Double(busy)
        }
        time = now
    }

    private mutating func take(_ event: TraceEvent, of number: Int) {
        var agent = agents[number]
        let (from, to) = (dayStart + agent.entry.from, dayStart + agent.entry.to)
        let leaves = agent.entry.to < shift
        func expect(_ holds: Bool, _ fault: String) {
            if !holds { faults.append("agent \(number) \(fault) at \(event.time)") }
        }
        switch event.kind {
        case .agentOnDuty:
            expect(agent.place == .away && !agent.hasCome, "comes twice")
            let arrival = afterBreaks(from, &agent)
            expect(event.time == arrival, "comes at another time than the roster says")
            (agent.place, agent.hasCome, agent.freeSince) = (.idle, true, event.time)
        case .breakEnded:
            expect(agent.place == .onBreak && event.time == agent.returnsAt, "returns at another time than is due")
            (agent.place, agent.freeSince) = (.idle, event.time)
        case .connected:
            expect(agent.place == .idle, "takes a call without being idle")
            expect(!leaves || event.time <= to, "takes a call after the end of duty")
            agent.place = .busy
        case .agentReady:
            expect(agent.place == .busy, "is ready without a call")
            (agent.place, agent.freeSince) = (.idle, event.time)
        case .breakStarted:
            expect(agent.place == .idle, "begins a break while busy or away")
            let due = agent.entry.breaks.dropFirst(agent.nextBreak).first.map { dayStart + $0.from } ?? .infinity
            expect(event.time == max(due, agent.freeSince), "begins a break at another moment than when it is due")
            agent.returnsAt = afterBreaks(event.time, &agent)
            agent.place = .onBreak
        case .agentOffDuty:
            expect(agent.place == .idle, "leaves while busy or away")
            let end = leaves ? max(to, agent.freeSince) : dayStart + shift
            let isDue = leaves ? event.time == end : event.time >= end
            expect(isDue || areCallsPlaced, "leaves at another moment than the roster says")
            agent.place = .away
        default: break
        }
        agents[number] = agent
    }

    /// The moment at which an agent works who is free now: a break that is due by the end of another follows at once.
    private func afterBreaks(_ now: Double, _ agent: inout Agent) -> Double {
        var time = now
        while agent.nextBreak < agent.entry.breaks.count {
            let pause = agent.entry.breaks[agent.nextBreak]
            guard time < dayStart + agent.entry.to, dayStart + pause.from <= time else { break }
            time = min(time + pause.length, dayStart + agent.entry.to)
            agent.nextBreak += 1
        }
        return time
    }
}
