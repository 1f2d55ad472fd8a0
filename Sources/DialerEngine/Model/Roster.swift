/// When the agents of a contact centre are on duty: groups that come, take their breaks and leave together, each day alike.
///
/// All times are seconds since the start of the shift. Agents are numbered in the order of the groups.
public struct Roster: Hashable, Sendable {
    /// The most groups of agents.
    public static let mostEntries = 1_000
    /// The most breaks of a group.
    public static let mostBreaks = 100

    /// A pause from which agents return.
    public struct Break: Hashable, Sendable {
        /// When it is due; a busy agent takes it as soon as the agent is free.
        public var from: Double
        /// How long it lasts.
        public var length: Double

        /// Creates a break.
        public init(from: Double, length: Double) { (self.from, self.length) = (from, length) }
    }

    /// Agents who are on duty at the same times.
    public struct Entry: Hashable, Sendable {
        /// How many they are, at least 1.
        public var agents: Int
        /// When they come.
        public var from: Double
        /// When they leave; a busy agent finishes conversation and wrap-up first.
        public var to: Double
        /// Their breaks in order of time, all between ``from`` and ``to``.
        public var breaks: [Break]

        /// Creates a group of agents.
        public init(agents: Int, from: Double, to: Double, breaks: [Break] = []) {
            (self.agents, self.from, self.to, self.breaks) = (agents, from, to, breaks)
        }
    }

    /// The groups, in the order in which they come.
    public var entries: [Entry]

    /// Creates a roster.
    public init(_ entries: [Entry]) { self.entries = entries }

    /// All agents of all groups.
    public var agents: Int { entries.reduce(0) { $0 + $1.agents } }

    /// When the last group leaves.
    public var end: Double { entries.map(\.to).max() ?? 0 }

    /// The most agents on duty at once, if every break begins when it is due.
    public var mostAgents: Int {
        var changes: [(time: Double, agents: Int)] = []
        for entry in entries {
            changes += [(entry.from, entry.agents), (entry.to, -entry.agents)]
            for pause in entry.breaks {
                changes += [(pause.from, -entry.agents), (pause.from + pause.length, entry.agents)]
            }
        }
        // At one moment agents leave before others come.
        changes.sort { ($0.time, $0.agents) < ($1.time, $1.agents) }
        var (now, most) = (0, 0)
        for change in changes {
            now += change.agents
            most = max(most, now)
        }
        return most
    }

    /// Returns the number of agents on duty at a time, if every break begins when it is due.
    public func planned(at time: Double) -> Int {
        entries.reduce(0) { sum, entry in
            let isOnBreak = entry.breaks.contains { $0.from <= time && time < $0.from + $0.length }
            return sum + (entry.from <= time && time < entry.to && !isOnBreak ? entry.agents : 0)
        }
    }
}

extension Roster {
    func validate(shift: Double) throws(SimulationError) {
        try SimulationError.require(!entries.isEmpty, "a roster has at least one entry")
        try SimulationError.require(
            entries.count <= Self.mostEntries,
            "a roster has at most \(Self.mostEntries) entries"
        )
        var (earliest, agents) = (0.0, 0)
        for entry in entries {
            try SimulationError.require(ContactCenter.agentBounds.contains(entry.agents), "an entry has agents")
            try SimulationError.require(entry.from >= earliest, "the entries of a roster are in the order of `from`")
            try SimulationError.require(entry.from < entry.to, "agents leave after they came")
            try SimulationError.require(entry.to <= shift, "agents leave at the end of the shift at the latest")
            try SimulationError.require(
                entry.breaks.count <= Self.mostBreaks,
                "an entry has at most \(Self.mostBreaks) breaks"
            )
            var end = entry.from
            for pause in entry.breaks {
                try SimulationError.require(pause.length > 0 && pause.from >= end, "breaks do not overlap")
                end = pause.from + pause.length
                try SimulationError.require(end <= entry.to, "a break lies between `from` and `to`")
            }
            earliest = entry.from
            agents += entry.agents
        }
        try SimulationError.require(ContactCenter.agentBounds.contains(agents), "a roster has at most 1,000,000 agents")
    }
}
