/// State-dependent power dialing as a Markov chain, solved exactly.
///
/// `n` agents, `b` of them busy; `j` lines in flight, each resolved at rate 1/ringing and then answered by a person with
/// probability `p`; handle times exponential. After every event lines are dialled up to ⌊k(n − b)⌋; no line is cancelled.
/// A call that a person answers while all agents are busy is abandoned at once.
///
/// The chain moves by at most one in `b`. Sweeps over the states (Gauss–Seidel) alternate with an exact solution for the
/// levels `b`, which form a birth–death process given the distribution of `j` in each (aggregation–disaggregation:
/// Koury, McAllister and Stewart, SIAM J. Algebraic Discrete Methods 5 (1984) 164). Without any subtraction,
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
    /// Agents and times are positive, the probability is positive and at most 1, and at least one line is dialled when
    /// all agents are free (preconditions).
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

extension PowerDialingChain {
    /// The stationary distribution, found by iteration.
    struct Solution {
        /// The number of lines that is dialled up to, for each number of busy agents.
        let targets: [Int]
        /// The rate at which a line is answered by a person.
        let answered: Double
        /// The rate at which a line ends otherwise.
        let failed: Double
        /// The rate at which a busy agent completes a call.
        let completed: Double
        /// The probability of each number of lines in flight, for each number of busy agents.
        private(set) var levels: [[Double]]

        private var agents: Int { targets.count - 1 }

        /// Starts with each number of busy agents equally likely, and exactly the target number of lines in flight.
        init(targets: [Int], answered: Double, failed: Double, completed: Double) {
            precondition((targets.first ?? 0) > 0, "at least one line is dialled")
            self.targets = targets
            self.answered = answered
            self.failed = failed
            self.completed = completed
            let most = targets.max() ?? 0
            levels = targets.map { target in
                var level = [Double](repeating: 0, count: most + 1)
                level[target] = 1
                return level
            }
            balanceLevels()
        }

        /// Iterates until a step changes the distribution by rounding errors only.
        mutating func iterate() {
            var change = Double.infinity
            for _ in 0..<10_000 {
                let before = levels
                for busy in targets.indices { balance(busy) }
                balanceLevels()
                let previous = change
                change = zip(levels, before).reduce(0) { sum, pair in
                    zip(pair.0, pair.1).reduce(sum) { $0 + abs($1.0 - $1.1) }
                }
                if change < 1e-15 || (change < 1e-12 && change >= previous) { return }
            }
        }

        /// Solves one level exactly, given its neighbours: within a level the number of lines in flight only falls.
        private mutating func balance(_ busy: Int) {
            let target = targets[busy]
            let most = levels[busy].count - 1
            var inflow = [Double](repeating: 0, count: most + 1)
            if busy > 0 {
                for lines in 1...most {
                    inflow[max(lines - 1, target)] += levels[busy - 1][lines] * Double(lines) * answered
                }
            }
            if busy < agents {
                for lines in 0...most {
                    inflow[max(lines, target)] += levels[busy + 1][lines] * Double(busy + 1) * completed
                }
            }
            let isFull = busy == agents
            let stepDown = isFull ? failed + answered : failed
            for lines in stride(from: most, through: target, by: -1) {
                var outflow = Double(busy) * completed + (isFull ? 0 : Double(lines) * answered)
                if lines > target { outflow += Double(lines) * stepDown }
                let probability = inflow[lines] > 0 ? inflow[lines] / outflow : 0
                levels[busy][lines] = probability
                if lines > target { inflow[lines - 1] += probability * Double(lines) * stepDown }
            }
        }

        /// Scales the levels so that agents become busy as often as they become free, and normalizes.
        private mutating func balanceLevels() {
            var weights = [1.0]
            var masses = levels.map { $0.reduce(0, +) }
            for busy in 0..<agents {
                // A level that is never reached has no mass.
                let lines = masses[busy] > 0 ? Self.weightedSum(levels[busy]) / masses[busy] : 0
                let next = (weights.last ?? 0) * lines * answered / (Double(busy + 1) * completed)
                weights.append(next)
                // Only ratios matter: keep the largest weight at most 1.
                if next > 1 { for index in weights.indices { weights[index] /= next } }
            }
            let total = weights.reduce(0, +)
            for busy in masses.indices { masses[busy] = masses[busy] > 0 ? weights[busy] / total / masses[busy] : 0 }
            for busy in levels.indices {
                for lines in levels[busy].indices { levels[busy][lines] *= masses[busy] }
            }
        }

        private static func weightedSum(_ level: [Double]) -> Double {
            level.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
        }

        /// The mean number of lines in flight.
        var meanLines: Double { levels.reduce(0) { $0 + Self.weightedSum($1) } }
        /// The mean number of lines in flight, counted only while all agents are busy.
        var linesWhenAllBusy: Double { levels.last.map(Self.weightedSum) ?? 0 }
        /// The mean number of busy agents.
        var meanBusy: Double {
            levels.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element.reduce(0, +) }
        }
    }
}
