extension MultinomialDistribution {
    /// Returns the probability of all tables that are at most as probable as the given one.
    ///
    /// Tables are enumerated category by category. The tables that share the counts of the first few categories have a
    /// joint probability in closed form; where that is already at most the observed probability, so is each of them,
    /// and they are added at once.
    func exactPValue(of counts: [Int]) -> Double {
        let order = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }
        let ordered = order.map { probabilities[$0] }
        var rest = 0.0
        var logRest: [Double] = []
        for probability in ordered.reversed() {
            rest += probability
            logRest.append(ElementaryFunctions.logarithm(rest))
        }
        let logProbabilities = ordered.map { ElementaryFunctions.logarithm($0) }
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
            if logMass <= threshold { return ElementaryFunctions.exponential(logMass) }
            if category == logProbabilities.count - 1 { return 0 }
            var sum = 0.0
            for count in 0...remaining {
                let term = Double(count) * logProbabilities[category] - distribution.logFactorial(count)
                sum += mass(from: category + 1, remaining: remaining - count, logPrefix: logPrefix + term)
            }
            return sum
        }
    }
}
