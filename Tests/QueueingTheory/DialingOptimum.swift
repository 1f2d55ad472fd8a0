/// The highest occupancy that any dialing policy can have while it abandons no more than a given share.
///
/// The model is that of ``PowerDialingChain``: `n` agents, `b` busy, `j` lines in flight, exponential ringing and handle
/// times, persons who do not wait; but any number of lines may be dialled at any moment, which makes it a Markov decision
/// process with one constraint. A price λ for each abandoned call above the allowed share replaces the constraint: the
/// best average reward for any λ ≥ 0 is an upper bound of the occupancy, and the least of these bounds is the optimum
/// (linear programming duality). The average reward is found by relative value iteration, whose bounds hold at every
/// step. Sources: Puterman, Markov Decision Processes (1994), 8.5; Altman, Constrained Markov Decision Processes
/// (1999), ch. 12.
package struct DialingOptimum: Hashable, Sendable {
    /// The model and the allowed share.
    package struct Model: Hashable, Sendable {
        /// The number of agents `n`.
        package var agents: Int
        /// The share of answered calls that may be abandoned.
        package var abandonTarget = 0.03
        /// The probability that a dialled line reaches a person.
        package var answerProbability = 0.3
        /// The mean ringing time of every line, in seconds.
        package var meanRinging = 15.0
        /// The mean time of talk and wrap-up, in seconds.
        package var meanHandle = 120.0

        /// Creates the model with this number of agents, and 3 %, 0.3, 15 s and 120 s.
        package init(agents: Int) { self.agents = agents }
    }

    /// The model and the allowed share.
    package let model: Model
    /// The highest occupancy; rounding and the end of the iteration make it too high by less than 1e-7.
    package let occupancy: Double
    /// The price λ at the optimum: the occupancy that one more abandoned call per second is worth.
    package let price: Double

    /// Solves the model; agents and times are positive, the probability and the share lie between 0 and 1 (a
    /// precondition).
    package init(_ model: Model) {
        precondition(model.agents > 0 && model.meanRinging > 0 && model.meanHandle > 0, "agents and times are positive")
        precondition(
            0 < model.answerProbability && model.answerProbability <= 1 && 0 < model.abandonTarget
                && model.abandonTarget < 1,
            "shares lie between 0 and 1"
        )
        self.model = model
        var process = DecisionProcess(model)
        var high = model.meanHandle / Double(model.agents)
        while process.bound(price: high) <= process.bound(price: high / 2) { high *= 2 }
        // The bound is convex in the price: golden section.
        let ratio = (5.0.squareRoot() - 1) / 2
        var low = 0.0
        var (left, right) = (high - ratio * high, ratio * high)
        var (leftBound, rightBound) = (process.bound(price: left), process.bound(price: right))
        while high - low > 1e-4 * high {
            if leftBound < rightBound {
                high = right
                (right, rightBound) = (left, leftBound)
                left = high - ratio * (high - low)
                leftBound = process.bound(price: left)
            } else {
                low = left
                (left, leftBound) = (right, rightBound)
                right = low + ratio * (high - low)
                rightBound = process.bound(price: right)
            }
        }
        (price, occupancy) = leftBound < rightBound ? (left, leftBound) : (right, rightBound)
    }

    /// The decision process for one price, made discrete by uniformization.
    private struct DecisionProcess {
        let model: Model
        /// More lines than this are never worth dialling.
        let mostLines: Int
        let eventRate: Double
        /// The value of each state (b, j), as of the last price.
        var values: [Double]

        init(_ model: Model) {
            self.model = model
            mostLines = Int(1.5 * Double(model.agents) / model.answerProbability) + 10
            eventRate = Double(mostLines) / model.meanRinging + Double(model.agents) / model.meanHandle
            values = [Double](repeating: 0, count: (model.agents + 1) * (mostLines + 1))
        }

        /// Returns a tight upper bound of the occupancy less the price of abandoned calls above the target.
        mutating func bound(price: Double) -> Double {
            for _ in 0..<1_000_000 {
                let (least, most) = iterate(price: price)
                if most - least < 1e-9 { return most }
            }
            return .infinity
        }

        /// Makes one step and returns bounds of the average reward per second.
        private mutating func iterate(price: Double) -> (least: Double, most: Double) {
            let (agents, width) = (model.agents, mostLines + 1)
            var next = values
            var (least, most) = (Double.infinity, -Double.infinity)
            for busy in 0...agents {
                let isFull = busy == agents
                let completed = Double(busy) / model.meanHandle / eventRate
                let row = busy * width
                let more = isFull ? row : row + width
                let charge = price * ((isFull ? 1 : 0) - model.abandonTarget)
                var best = -Double.infinity
                for lines in (0...mostLines).reversed() {
                    let resolved = Double(lines) / model.meanRinging / eventRate
                    let answered = resolved * model.answerProbability
                    var value = Double(busy) / Double(agents) / eventRate - charge * answered
                    value += (1 - resolved - completed) * values[row + lines]
                    if lines > 0 {
                        value += answered * values[more + lines - 1]
                        value += (resolved - answered) * values[row + lines - 1]
                    }
                    if busy > 0 { value += completed * values[row - width + lines] }
                    // Lines may be dialled at once, so the value of the best larger number counts.
                    best = max(best, value)
                    next[row + lines] = best
                    let gain = best - values[row + lines]
                    least = min(least, gain)
                    most = max(most, gain)
                }
            }
            let reference = next[0]
            for state in next.indices { values[state] = next[state] - reference }
            return (least * eventRate, most * eventRate)
        }
    }
}
