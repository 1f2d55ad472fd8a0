public import DiscreteEvents

/// The agents and lines behind a dialer, the people it calls, and how long everything takes, in seconds.
///
/// A negative value drawn from a distribution counts as 0.
public struct ContactCenter: Hashable, Sendable {
    /// The numbers of agents that there may be.
    public static let agentBounds = 1...1_000_000
    /// The numbers of lines that there may be.
    public static let lineBounds = 1...1_000_000

    /// When agents are on duty; without a roster all of them are, from the start of the shift to its end.
    public var roster: Roster?
    private var team: Int
    /// Trunks, at least 1: calls that ring, wait or talk at a time; `nil` is as many as are wanted.
    public var lines: Int?
    /// A second limit on calls at a time, that of a sandbox; the smaller one binds.
    public var concurrencyLimit: Int?
    /// The probability of each outcome of an attempt.
    public var outcomes: OutcomeProbabilities
    /// From dialling to the outcome.
    public var ringing: RingingTimes
    /// From the connection with an agent to the end of the conversation.
    public var talk: Distribution
    /// From the end of the conversation to the agent's next readiness.
    public var wrap = Distribution.constant(0)
    /// From the answer to the first word of the person's greeting.
    public var greetingStart = Distribution.constant(0)
    /// From the first word of the greeting to its last.
    public var greetingLength = Distribution.constant(0)
    /// How long an answered call waits for an agent before it is abandoned.
    public var patience = Distribution.constant(2)
    /// How machines are distinguished from persons; without it, perfectly and at once.
    public var detection: AnsweringMachineDetection?

    /// Creates a contact centre.
    public init(agents: Int, outcomes: OutcomeProbabilities, ringing: RingingTimes, talk: Distribution) {
        team = agents
        self.outcomes = outcomes
        self.ringing = ringing
        self.talk = talk
    }

    /// Creates a contact centre with a roster.
    public init(roster: Roster, outcomes: OutcomeProbabilities, ringing: RingingTimes, talk: Distribution) {
        self.init(agents: roster.agents, outcomes: outcomes, ringing: ringing, talk: talk)
        self.roster = roster
    }

    /// Agents, at least 1: those of all groups of the roster; setting their number takes the roster away.
    public var agents: Int {
        get { roster?.agents ?? team }
        set { (team, roster) = (newValue, nil) }
    }

    /// The largest number of calls that ring, wait or talk at a time; `nil` without a limit.
    public var trunks: Int? {
        guard let lines, let concurrencyLimit else { return lines ?? concurrencyLimit }
        return min(lines, concurrencyLimit)
    }
}

extension ContactCenter {
    /// Returns the limit on calls at a time; `.max` if no policy that places at most `most` calls can reach it.
    func bindingTrunks(below most: Int) -> Int {
        let limit = trunks ?? .max
        return limit < most ? limit : .max
    }

    /// Whether anything may come between an answer and the wish for an agent: a greeting, or detection.
    var hasScreening: Bool {
        detection != nil || [greetingStart, greetingLength].contains { Sampler($0).constantValue != 0 }
    }
}

/// The time in seconds from dialling to each outcome.
public struct RingingTimes: Hashable, Sendable {
    private var times: [Distribution]

    /// Creates times that are the same for all outcomes.
    public init(_ all: Distribution) { times = AttemptOutcome.allCases.map { _ in all } }

    /// The time to an outcome.
    public subscript(outcome: AttemptOutcome) -> Distribution {
        get { times[Int(outcome.rawValue)] }
        set { times[Int(outcome.rawValue)] = newValue }
    }
}

/// How a dialer distinguishes machines from persons.
///
/// After the answer the decision takes a while, in which the line is held. A person taken for a machine is dropped; a
/// machine taken for a person goes to an agent.
public struct AnsweringMachineDetection: Hashable, Sendable {
    /// From the answer to the decision, in seconds.
    public var delay: Distribution
    /// The share of persons that are taken for machines, 0…1.
    public var falsePositive: Double
    /// The share of machines that are taken for persons, 0…1.
    public var falseNegative: Double
    /// How long an agent stays with such a machine, in seconds.
    public var machineTalk: Distribution

    /// Creates a detection.
    public init(
        delay: Distribution = .constant(0),
        falsePositive: Double = 0,
        falseNegative: Double = 0,
        machineTalk: Distribution = .constant(0)
    ) {
        self.delay = delay
        self.falsePositive = falsePositive
        self.falseNegative = falseNegative
        self.machineTalk = machineTalk
    }
}
