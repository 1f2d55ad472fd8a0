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

    /// Creates the distribution; probabilities are positive with sum 1.
    init(trials: Int, probabilities: [Double]) {
        self.trials = trials
        self.probabilities = probabilities
        logFactorials = (0...min(trials, 50_000)).map { SpecialFunctions.logGamma(Double($0) + 1) }
    }

    /// The number of different tables, C(n + k − 1, k − 1); infinite when beyond the range of a double.
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
}
