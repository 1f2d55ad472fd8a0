/// One line is dialled for each free agent: no call is abandoned, and agents work independently.
///
/// An agent's cycle consists of the search for a person and the call. By the renewal–reward theorem only the means
/// matter, for any distributions. The search takes E[T_live] + ((1 − p)/p)E[T_fail] + δ/p. Source of the theorem: Ross, Stochastic
/// Processes (2nd ed. 1996), 3.6.
package struct ProgressiveDialing: Hashable, Sendable {
    /// The mean time of talk and wrap-up, in seconds.
    package let meanHandle: Double
    /// The probability that a dialled line reaches a person.
    package let answerProbability: Double
    /// The mean seconds from dialling to the agent, of a line that reaches a person.
    package let meanLiveLine: Double
    /// The mean seconds from dialling to the release of any other line.
    package let meanFailedLine: Double
    /// The seconds that pass before each dial.
    package let dialDelay: Double

    /// Creates the model; times are in seconds and not negative, the handle time is positive, and so is the probability,
    /// which is at most 1 (preconditions).
    package init(
        meanHandle: Double,
        answerProbability: Double,
        meanLiveLine: Double,
        meanFailedLine: Double,
        dialDelay: Double = 0
    ) {
        precondition(0 < answerProbability && answerProbability <= 1, "a person answers with a positive probability")
        precondition(
            meanHandle > 0 && meanLiveLine >= 0 && meanFailedLine >= 0 && dialDelay >= 0,
            "times are not negative"
        )
        self.meanHandle = meanHandle
        self.answerProbability = answerProbability
        self.meanLiveLine = meanLiveLine
        self.meanFailedLine = meanFailedLine
        self.dialDelay = dialDelay
    }

    /// The mean seconds that an agent is idle between two calls.
    package var meanIdle: Double {
        meanLiveLine + (1 - answerProbability) / answerProbability * meanFailedLine + dialDelay / answerProbability
    }
    /// The share of time that an agent talks or wraps up.
    package var occupancy: Double { meanHandle / (meanHandle + meanIdle) }
    /// The persons that an agent talks to per hour.
    package var connectsPerAgentHour: Double { 3600 / (meanHandle + meanIdle) }
    /// The lines dialled per agent and hour.
    package var dialsPerAgentHour: Double { connectsPerAgentHour / answerProbability }
}

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
