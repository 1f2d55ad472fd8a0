/// State-dependent power dialing as a Markov chain, solved exactly.
///
/// `n` agents, `b` of them busy; `j` lines in flight, each resolved at rate 1/ringing and then answered by a person with
/// probability `p`; handle times exponential. After every event lines are dialled up to ⌊k(n − b)⌋, never cancelled. A
/// person who finds all agents busy is abandoned at once.
///
/// The chain moves by at most one in `b`. Sweeps over the states (Gauss–Seidel) alternate with an exact solution for the
/// levels `b`, which form a birth–death process given the distribution of `j` in each (aggregation–disaggregation:
/// Koury, McAllister and Stewart, SIAM J. Algebraic Discrete Methods 5 (1984) 164). Nothing is subtracted, so that
/// results are accurate to about 12 digits.
package struct PowerDialingChain: Hashable, Sendable {
    /// The number of agents `n`.
    package let agents: Int
    /// The lines per free agent `k`.
    package let linesPerAgent: Double
    /// The probability `p` that a dialled line reaches a person.
    package let answerProbability: Double
    /// The mean ringing time of every line, in seconds.
    package let meanRinging: Double
    /// The mean time of talk and wrap-up, in seconds.
    package let meanHandle: Double
    /// The share of answered calls that are abandoned.
    package let abandonment: Double
    /// The share of time that an agent talks or wraps up.
    package let occupancy: Double
    /// The mean number of lines in flight.
    package let meanLinesInFlight: Double

    /// Solves the chain.
    ///
    /// - Parameters:
    ///   - agents: The number of agents, positive (a precondition).
    ///   - linesPerAgent: The lines per free agent; at least one line when all are free (a precondition).
    ///   - answerProbability: The probability of a person, in 0…1 and positive (a precondition).
    ///   - meanRinging: The mean ringing time in seconds, positive (a precondition).
    ///   - meanHandle: The mean time of talk and wrap-up in seconds, positive (a precondition).
    package init(
        agents: Int,
        linesPerAgent: Double,
        answerProbability: Double,
        meanRinging: Double,
        meanHandle: Double
    ) {
        precondition(agents > 0 && meanRinging > 0 && meanHandle > 0, "agents and times are positive")
        precondition(0 < answerProbability && answerProbability <= 1, "a person answers with a positive probability")
        self.agents = agents
        self.linesPerAgent = linesPerAgent
        self.answerProbability = answerProbability
        self.meanRinging = meanRinging
        self.meanHandle = meanHandle
        // The tolerance makes 1.15 × 100 a whole number.
        let targets = (0...agents).map { Int((linesPerAgent * Double(agents - $0) + 1e-9).rounded(.down)) }
        var solution = Solution(
            targets: targets,
            answered: answerProbability / meanRinging,
            failed: (1 - answerProbability) / meanRinging,
            completed: 1 / meanHandle
        )
        solution.iterate()
        abandonment = solution.linesWhenAllBusy / solution.meanLines
        occupancy = solution.meanBusy / Double(agents)
        meanLinesInFlight = solution.meanLines
    }

    /// The persons that an agent talks to per hour.
    package var connectsPerAgentHour: Double { occupancy * 3600 / meanHandle }
    /// The lines dialled per agent and hour.
    package var dialsPerAgentHour: Double { meanLinesInFlight / meanRinging * 3600 / Double(agents) }
}
