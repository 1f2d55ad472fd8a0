/// Who of a roster is on duty during a day, and what is due for each agent.
///
/// An agent comes, may go on breaks and leaves. What is due happens the moment the agent is free: a break lasts its full
/// length from there, and ends at the latest when its group leaves. A group that is on duty at the end of the shift does
/// not leave; it stays until the last call of the day has an agent.
struct Attendance {
    /// What happens to an agent who is free.
    enum Release {
        /// The agent leaves for the day.
        case leaves
        /// The agent begins a break that ends at this moment.
        case pauses(until: Double)
    }

    private enum Place {
        case away, onDuty, onBreak
        /// Past the end of duty, busy with a last call.
        case leaving
    }

    private struct ShiftGroup {
        var entry: Roster.Entry
        var agents: Range<Int>
        /// Whether it leaves before the shift ends.
        var leaves: Bool
    }

    private struct Agent {
        var group: Int
        var place = Place.away
        /// The first break that has not begun.
        var nextBreak = 0
    }

    private let groups: [ShiftGroup]
    private var agents: [Agent]
    private var dayStart = 0.0
    /// The agents who come or return at a moment.
    private var arrivals: [Double: [Int]] = [:]
    /// Agents on duty as a policy sees them: not on a break, not past the end of their duty.
    private(set) var onDuty = 0

    /// - Parameter shift: The length of the shift in seconds.
    init(_ roster: Roster, shift: Double) {
        var groups: [ShiftGroup] = []
        var agents: [Agent] = []
        for (index, entry) in roster.entries.enumerated() {
            let first = agents.count
            agents += repeatElement(Agent(group: index), count: entry.agents)
            groups.append(ShiftGroup(entry: entry, agents: first..<agents.count, leaves: entry.to < shift))
        }
        (self.groups, self.agents) = (groups, agents)
    }

    /// Starts a day on which nobody is there yet.
    ///
    /// - Returns: The moments at which agents come, and those at which breaks are due or agents leave.
    mutating func startDay(at start: Double) -> (arrivals: Set<Double>, departures: Set<Double>) {
        dayStart = start
        onDuty = 0
        arrivals = [:]
        for index in agents.indices { agents[index] = Agent(group: agents[index].group) }
        var departures: Set<Double> = []
        for group in groups {
            arrivals[start + group.entry.from, default: []] += group.agents
            for pause in group.entry.breaks { departures.insert(start + pause.from) }
            if group.leaves { departures.insert(start + group.entry.to) }
        }
        return (Set(arrivals.keys), departures)
    }

    /// Returns what is due for an agent who is free; nil if the agent works on.
    private func due(_ agent: Int, at now: Double) -> Release? {
        let group = groups[agents[agent].group]
        let end = dayStart + group.entry.to
        if now >= end { return group.leaves ? .leaves : nil }
        let next = agents[agent].nextBreak
        guard next < group.entry.breaks.count, dayStart + group.entry.breaks[next].from <= now else { return nil }
        return .pauses(until: min(now + group.entry.breaks[next].length, end))
    }

    /// Whether an agent who is free has to go.
    func isDue(_ agent: Int32, at now: Double) -> Bool { due(Int(agent), at: now) != nil }

    /// Lets an agent go who is free, if something is due for the agent.
    ///
    /// - Returns: What happens, and whether a moment of return is new; nil if the agent works on.
    mutating func release(_ agent: Int32, at now: Double) -> (release: Release, isNewReturn: Bool)? {
        let agent = Int(agent)
        guard let release = due(agent, at: now) else { return nil }
        if agents[agent].place == .onDuty { onDuty -= 1 }
        guard case .pauses(let end) = release else {
            agents[agent].place = .away
            return (release, false)
        }
        // One who comes while a break is due is not there before its end.
        if agents[agent].place != .away { agents[agent].place = .onBreak }
        agents[agent].nextBreak += 1
        arrivals[end, default: []].append(agent)
        return (release, arrivals[end]?.count == 1)
    }

    /// Lets agents come or return, in the order of the groups.
    ///
    /// - Returns: The agents who are free now, with whether they return from a break, and new moments of return.
    mutating func arrive(at now: Double) -> (agents: [(number: Int32, returns: Bool)], newReturns: [Double]) {
        var (free, newReturns) = ([(number: Int32, returns: Bool)](), [Double]())
        for agent in (arrivals.removeValue(forKey: now) ?? []).sorted() {
            let returns = agents[agent].place == .onBreak
            // The next break, or the end of duty, may be due already.
            if let (release, isNew) = release(Int32(agent), at: now) {
                if isNew, case .pauses(let end) = release { newReturns.append(end) }
                continue
            }
            agents[agent].place = .onDuty
            onDuty += 1
            free.append((Int32(agent), returns))
        }
        return (free, newReturns)
    }

    /// Ends the duty of the groups that leave now: their busy agents leave when they are free.
    mutating func endDuty(at now: Double) {
        for group in groups where group.leaves && dayStart + group.entry.to == now {
            for agent in group.agents where agents[agent].place == .onDuty {
                agents[agent].place = .leaving
                onDuty -= 1
            }
        }
    }

    /// Whether an agent has a last call past the end of duty.
    func isLeaving(_ agent: Int32) -> Bool { agents[Int(agent)].place == .leaving }

    /// Sends an agent home who stayed to the end.
    mutating func sendHome(_ agent: Int32) {
        if agents[Int(agent)].place == .onDuty { onDuty -= 1 }
        agents[Int(agent)].place = .away
    }
}
