/// One line dialled for each free agent: nobody is abandoned, and agents work independently.
///
/// An agent's cycle is the search for a person and the call: by the renewal–reward theorem only the means matter, for
/// any distributions. The search takes E[T_live] + ((1 − p)/p)E[T_fail] + δ/p. Source of the theorem: Ross, Stochastic
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
