public import DiscreteEvents

/// The agents and lines behind a dialer, the people it calls, and how long everything takes, in seconds.
///
/// A negative value drawn from a distribution counts as 0.
public struct ContactCenter: Hashable, Sendable {
    /// Agents on duty, at least 1.
    public var agents: Int
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
    /// How machines are told from persons; without it perfectly and at once.
    public var detection: AnsweringMachineDetection?

    /// Creates a contact centre.
    public init(agents: Int, outcomes: OutcomeProbabilities, ringing: RingingTimes, talk: Distribution) {
        self.agents = agents
        self.outcomes = outcomes
        self.ringing = ringing
        self.talk = talk
    }

    /// The largest number of calls that ring, wait or talk at a time; `nil` without a limit.
    public var trunks: Int? {
        guard let lines, let concurrencyLimit else { return lines ?? concurrencyLimit }
        return min(lines, concurrencyLimit)
    }
}
