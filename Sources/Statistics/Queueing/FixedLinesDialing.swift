/// A fixed number of lines always in flight, redialled at once, with customers who do not wait.
///
/// With exponential ringing the persons answer as a Poisson process of rate K·p/(mean ringing), so that the agents are
/// the loss system ``ErlangB``, for any distribution of handle times.
package struct FixedLinesDialing: Hashable, Sendable {
    /// The number of agents.
    package let agents: Int
    /// The number of lines `K` in flight.
    package let lines: Int
    /// The probability that a dialled line reaches a person.
    package let answerProbability: Double
    /// The mean ringing time of every line, in seconds.
    package let meanRinging: Double
    /// The mean time of talk and wrap-up, in seconds.
    package let meanHandle: Double
    /// The agents as a loss system.
    package let agentSystem: ErlangB

    /// Creates the model; numbers, times and the probability are positive (preconditions).
    package init(agents: Int, lines: Int, answerProbability: Double, meanRinging: Double, meanHandle: Double) {
        precondition(agents > 0 && lines > 0 && meanRinging > 0 && meanHandle > 0, "numbers and times are positive")
        precondition(0 < answerProbability && answerProbability <= 1, "a person answers with a positive probability")
        self.agents = agents
        self.lines = lines
        self.answerProbability = answerProbability
        self.meanRinging = meanRinging
        self.meanHandle = meanHandle
        agentSystem = ErlangB(
            servers: agents,
            offeredLoad: Double(lines) * answerProbability / meanRinging * meanHandle
        )
    }

    /// The persons who answer per mean handle time, in erlangs.
    package var offeredLoad: Double { agentSystem.offeredLoad }
    /// The share of answered calls that are abandoned.
    package var abandonment: Double { agentSystem.blocking }
    /// The share of time that an agent talks or wraps up.
    package var occupancy: Double { agentSystem.occupancy }
    /// The persons that an agent talks to per hour.
    package var connectsPerAgentHour: Double { occupancy * 3600 / meanHandle }
    /// The lines dialled per agent and hour.
    package var dialsPerAgentHour: Double { Double(lines) / meanRinging * 3600 / Double(agents) }
}
