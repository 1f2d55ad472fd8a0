import RealModule

/// The multinomial distribution: the counts of `k` categories in `n` independent trials.
struct MultinomialDistribution {
    /// The tolerance for ties between the logarithms of probabilities.
    static let tieTolerance = 1e-7

    /// The number of trials `n`.
    let trials: Int
    /// The probabilities of the `k` categories, all positive, with sum 1.
    let probabilities: [Double]
    /// The logarithms of small factorials, from 0! on.
    private let logFactorials: [Double]

    init(trials: Int, probabilities: [Double]) {
        self.trials = trials
        self.probabilities = probabilities
        logFactorials = (0...min(trials, 50_000)).map { SpecialFunctions.logGamma(Double($0) + 1) }
    }

    /// The number of different tables, C(n + k − 1, k − 1); infinite if it is beyond the range of a double.
    var tableCount: Double {
        var count = 1.0
        for category in 1..<max(1, probabilities.count) {
            count *= Double(trials + category) / Double(category)
        }
        return count.rounded()
    }

    /// Returns the logarithm of the factorial of a number in 0…n.
    func logFactorial(_ number: Int) -> Double {
        number < logFactorials.count ? logFactorials[number] : SpecialFunctions.logGamma(Double(number) + 1)
    }

    /// Returns the logarithm of the probability of a table, less that of n!.
    func logKernel(of counts: [Int], _ logProbabilities: [Double]) -> Double {
        var sum = 0.0
        for category in counts.indices {
            sum += Double(counts[category]) * logProbabilities[category] - logFactorial(counts[category])
        }
        return sum
    }

    /// Returns the probability of all tables that are at most as probable as the given one.
    ///
    /// Tables are enumerated category by category. The tables that share the counts of the first few categories have a
    /// joint probability in closed form; if that is at most the observed probability, so is each of them, and they are
    /// added at once.
    func exactPValue(of counts: [Int]) -> Double {
        let order = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }
        let ordered = order.map { probabilities[$0] }
        var rest = 0.0
        var logRest: [Double] = []
        for probability in ordered.reversed() {
            rest += probability
            logRest.append(Double.log(rest))
        }
        let logProbabilities = ordered.map { Double.log($0) }
        let threshold =
            logFactorial(trials) + logKernel(of: order.map { counts[$0] }, logProbabilities) + Self.tieTolerance
        let enumeration = Enumeration(
            distribution: self,
            logProbabilities: logProbabilities,
            logRest: logRest.reversed(),
            threshold: threshold
        )
        return min(1, enumeration.mass(from: 0, remaining: trials, logPrefix: logFactorial(trials)))
    }

    private struct Enumeration {
        var distribution: MultinomialDistribution
        var logProbabilities: [Double]
        /// The logarithm of the joint probability of this category and those after it.
        var logRest: [Double]
        var threshold: Double

        /// Returns the probability of the tables below the threshold that share the counts before `category`.
        func mass(from category: Int, remaining: Int, logPrefix: Double) -> Double {
            let logMass = logPrefix + Double(remaining) * logRest[category] - distribution.logFactorial(remaining)
            if logMass <= threshold { return Double.exp(logMass) }
            if category == logProbabilities.count - 1 { return 0 }
            var sum = 0.0
            for count in 0...remaining {
                let term = Double(count) * logProbabilities[category] - distribution.logFactorial(count)
                sum += mass(from: category + 1, remaining: remaining - count, logPrefix: logPrefix + term)
            }
            return sum
        }
    }

    /// Returns the estimate (1 + m)/(1 + N), where m of N random tables are at most as probable as the given one.
    ///
    /// The estimate is itself a valid p-value: Davison and Hinkley, Bootstrap Methods and their Application (1997),
    /// 4.2.
    func monteCarloPValue(of counts: [Int], tables: Int, seed: UInt64) -> Double {
        var generator = SplitMix64(seed: seed)
        // The rarest first, so that the binomial numbers have small standard deviations.
        let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
        let ordered = order.map { probabilities[$0] }
        let logProbabilities = ordered.map { Double.log($0) }
        let threshold = logKernel(of: order.map { counts[$0] }, logProbabilities) + Self.tieTolerance
        var table = [Int](repeating: 0, count: ordered.count)
        var extreme = 0
        for _ in 0..<tables {
            draw(into: &table, ordered, &generator)
            if logKernel(of: table, logProbabilities) <= threshold { extreme += 1 }
        }
        return Double(1 + extreme) / Double(1 + tables)
    }

    /// Draws a table by conditional binomial numbers, for categories in any order.
    func draw(into table: inout [Int], _ probabilities: [Double], _ generator: inout SplitMix64) {
        var remaining = trials
        var rest = 1.0
        for category in table.indices.dropLast() {
            let probability = probabilities[category]
            let count = binomial(remaining, min(1, probability / rest), &generator)
            table[category] = count
            remaining -= count
            rest -= probability
        }
        if let last = table.indices.last { table[last] = remaining }
    }

    /// Returns a binomial number for at most `trials` trials.
    ///
    /// Inversion outward from the mode, in expected time proportional to the standard deviation: Kemp, Commun. Statist.
    /// Theory Methods 15 (1986) 805.
    private func binomial(_ count: Int, _ probability: Double, _ generator: inout SplitMix64) -> Int {
        if count == 0 || probability <= 0 { return 0 }
        if probability >= 1 { return count }
        let mode = min(count, Int(Double(count + 1) * probability))
        let logMode =
            logFactorial(count) - logFactorial(mode) - logFactorial(count - mode)
            + Double(mode) * Double.log(probability)
            + Double(count - mode) * Double.log(onePlus: -probability)
        let odds = probability / (1 - probability)
        var (below, above) = (mode, mode)
        var belowMass = Double.exp(logMode)
        var aboveMass = belowMass
        var left = generator.uniform() - belowMass
        while left >= 0 {
            if above < count {
                above += 1
                aboveMass *= odds * Double(count - above + 1) / Double(above)
                left -= aboveMass
                if left < 0 { return above }
            } else {
                aboveMass = 0
            }
            if below > 0 {
                belowMass *= Double(below) / (odds * Double(count - below + 1))
                below -= 1
                left -= belowMass
            } else {
                belowMass = 0
            }
            if left < 0 { return below }
            // The rest is rounding error.
            if aboveMass + belowMass < 1e-25 { return mode }
        }
        return mode
    }
}
