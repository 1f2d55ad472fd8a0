/// The expected number of answered calls for which no agent will be free, and the calls that may be placed under a bound
/// on it.
///
/// X calls are answered within the horizon and Y agents are free by then. Calls in flight and busy agents are
/// independent with given probabilities, so `Z = X − Y` of what exists is a shifted sum of unequal coin tosses, found by
/// exact convolution; new calls add a beta-binomial number.
struct OverdialRisk: Sendable {
    /// P(Z = offset + index), without the tails below ``negligible``.
    private var probabilities: [Double] = [1]
    private var offset: Int
    private var expectedAnswers = 0.0
    // What the search for the largest number needs at each step, here for the memory alone.
    private var counts: [Double] = []
    private var excesses: [Double] = []
    private static let negligible = 1e-13
    /// Equality counts as within the bound, also after rounding.
    private static let tolerance = 1e-9

    /// Creates the risk of agents who are free and calls that wait, `f − w` together; negative when more calls wait.
    init(freeAgents: Int) { offset = -freeAgents }

    /// Adds a call in flight that is answered within the horizon with this probability.
    mutating func addCall(answeredWith probability: Double) {
        expectedAnswers += probability
        add(probability)
    }

    /// Adds an agent who is free within the horizon with this probability.
    mutating func addBusyAgent(freeWith probability: Double) {
        offset -= 1
        add(1 - probability)
    }

    /// Starts anew with other agents and nothing in flight; the memory is kept.
    mutating func startAnew(freeAgents: Int) {
        probabilities.removeAll(keepingCapacity: true)
        probabilities.append(1)
        offset = -freeAgents
        expectedAnswers = 0
    }

    private mutating func add(_ probability: Double) {
        guard probability > 0 else { return }
        probabilities.append(0)
        var span = probabilities.mutableSpan
        CoinToss(heads: probability).add(to: &span)
        var leading = 0
        while leading < probabilities.count, probabilities[leading] < Self.negligible { leading += 1 }
        if let last = probabilities.last, last < Self.negligible { probabilities.removeLast() }
        if leading >= 16, leading < probabilities.count {
            probabilities.removeFirst(leading)
            offset += leading
        }
    }

    /// Returns the expected number of answered calls without an agent, `E[(X − Y)⁺]`, after this number of further answers.
    func expectedExcess(afterAnswers answers: Int = 0) -> Double {
        var sum = 0.0
        for (index, probability) in probabilities.enumerated() {
            sum += probability * Double(max(0, offset + index + answers))
        }
        return sum
    }

    /// Returns the largest m with `E[(X_m − Y)⁺] ≤ α·E[X_m]` for m new calls.
    ///
    /// The left side is convex in m and the right side linear, so what satisfies the condition is one interval.
    ///
    /// - Parameters:
    ///   - target: The share α of answered calls that may find no agent, below 1.
    ///   - answer: What is known of the answer probability of a new call.
    ///   - limit: The most calls that are of interest.
    mutating func largestNumberOfCalls(target: Double, answer: AnswerProbability, limit: Int = 100_000) -> Int {
        let (a, b) = (answer.answered, answer.failed)
        let mean = a / (a + b)
        guard mean > 0 else { return limit }
        counts.removeAll(keepingCapacity: true)
        counts.append(1)  // P(k of the m new calls are answered)
        excesses.removeAll(keepingCapacity: true)
        excesses.append(expectedExcess())  // E[(Z + k)⁺]
        var shareNotNegative = tail(from: -offset)  // P(Z + k ≥ 0)
        var largest = 0
        var margin = target * expectedAnswers - excesses[0]
        for calls in 0..<limit {
            let total = a + b + Double(calls)
            var carried = 0.0
            for answers in counts.indices {
                let mass = counts[answers]
                counts[answers] = carried + mass * (b + Double(calls - answers)) / total
                carried = mass * (a + Double(answers)) / total
            }
            counts.append(carried)
            let place = excesses.count - 1
            excesses.append(excesses[place] + shareNotNegative)
            shareNotNegative += probability(of: -(place + 1))
            var excess = 0.0
            for answers in counts.indices { excess += counts[answers] * excesses[answers] }
            let next = target * (expectedAnswers + mean * Double(calls + 1)) - excess
            if next >= -Self.tolerance { largest = calls + 1 } else if next <= margin { return largest }
            margin = next
        }
        return largest
    }

    private func probability(of value: Int) -> Double {
        let index = value - offset
        return probabilities.indices.contains(index) ? probabilities[index] : 0
    }

    /// Returns the probability mass from an index on.
    private func tail(from index: Int) -> Double { probabilities.dropFirst(max(0, index)).reduce(0, +) }
}
