/// The expected number of answered calls for which no agent will be free, and the calls that may be placed under a bound
/// on it.
///
/// X calls are answered within the horizon and Y agents are free by then. Calls in flight and busy agents are
/// independent with given probabilities, so both are sums of unequal coin tosses. Calls, and agents who are likely to be
/// free, are added one at a time by exact convolution; the many other agents are ``FreedAgents``. New calls add a
/// beta-binomial number.
struct OverdialRisk: Sendable {
    /// The answers U, and the agents of the convolution who stay busy: P(U = index), without tails below ``negligible``.
    private var probabilities: [Double] = [1]
    /// How many of them are in use.
    private var width = 1
    /// Z = X − Y = U + offset − the freed agents.
    private var offset: Int
    private var freed = FreedAgents()
    private var expectedAnswers = 0.0
    // What a search needs, here for the memory alone: P(U ≥ index), E[(U − index)⁺]; of the new calls P(index of them are
    // answered), and E[(Z + index)⁺].
    private var shares: [Double] = []
    private var overshoots: [Double] = []
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
        if probability <= FreedAgents.highestProbability {
            freed.terms.add(FreedAgents.Terms.agent(freeWith: probability))
            freed.terms.rescale()
            freed.count += 1
        } else {
            offset -= 1
            add(1 - probability)
        }
    }

    /// Adds agents each of whom is free within the horizon with at most ``FreedAgents/highestProbability``; replaces those
    /// that were added before.
    @inline(__always)
    mutating func setBusyAgents(_ count: Int, _ terms: FreedAgents.Terms) {
        freed.count = count
        freed.terms = terms
    }

    /// Starts anew with other agents and nothing in flight; the memory is kept.
    mutating func startAnew(freeAgents: Int) {
        width = 1
        probabilities[0] = 1
        freed.startAnew()
        offset = -freeAgents
        expectedAnswers = 0
    }

    private mutating func add(_ heads: Double) {
        guard heads > 0 else { return }
        if width == probabilities.count { probabilities.append(contentsOf: repeatElement(0, count: width)) }
        let (tails, width) = (1 - heads, width)
        let (first, last) = probabilities.withUnsafeMutableBufferPointer { masses in
            masses[width] = masses[width &- 1] * heads
            var index = width &- 1
            while index > 0 {
                masses[index] = masses[index] * tails + masses[index &- 1] * heads
                index &-= 1
            }
            masses[0] *= tails
            return (masses[0], masses[width])
        }
        if last >= Self.negligible { self.width = width + 1 }
        if first < Self.negligible { trimStart() }
    }

    /// Leaves out the first probabilities if many of them are negligible.
    @inline(never)
    private mutating func trimStart() {
        var leading = 0
        while leading < width, probabilities[leading] < Self.negligible { leading += 1 }
        guard leading >= 16, leading < width else { return }
        for index in leading..<width { probabilities[index - leading] = probabilities[index] }
        width -= leading
        offset += leading
    }

    /// Returns the expected number of answered calls without an agent, `E[(X − Y)⁺]`.
    func expectedExcess() -> Double {
        var copy = self
        copy.sumFromTheEnd()
        return copy.excess()
    }

    /// Computes the shares and overshoots.
    private mutating func sumFromTheEnd() {
        while shares.count < width {
            shares.append(0)
            overshoots.append(0)
        }
        let (width, probabilities) = (width, probabilities)
        shares.withUnsafeMutableBufferPointer { shares in
            overshoots.withUnsafeMutableBufferPointer { overshoots in
                var (share, overshoot) = (0.0, 0.0)
                for index in (0..<width).reversed() {
                    overshoot += share
                    share += probabilities[index]
                    shares[index] = share
                    overshoots[index] = overshoot
                }
            }
        }
    }

    /// Returns E[Z⁺].
    private mutating func excess() -> Double {
        let (offset, overshoots) = (offset, overshoots)
        return freed.sum(over: width + offset) { number in
            // U has to exceed this for an answer without an agent.
            let bound = number - offset
            return bound >= 0 ? overshoots[bound] : overshoots[0] - Double(bound)
        }
    }

    /// Returns P(Z + answers ≥ 0): whether one more answer would find no agent.
    private mutating func shareWithoutAgent(afterAnswers answers: Int) -> Double {
        let (offset, shares) = (offset + answers, shares)
        return freed.sum(over: width + offset) { number in shares[max(0, number - offset)] }
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
        counts.append(1)
        excesses.removeAll(keepingCapacity: true)
        sumFromTheEnd()
        excesses.append(excess())
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
            excesses.append(excesses[calls] + shareWithoutAgent(afterAnswers: calls))
            var excess = 0.0
            for answers in counts.indices { excess += counts[answers] * excesses[answers] }
            let next = target * (expectedAnswers + mean * Double(calls + 1)) - excess
            if next >= -Self.tolerance { largest = calls + 1 } else if next <= margin { return largest }
            margin = next
        }
        return largest
    }
}
