/// The counts and probabilities of those categories that a distribution allows.
struct PossibleCategories {
    /// The observed counts of the possible categories.
    var counts: [Int] = []
    /// Their probabilities, scaled to sum 1.
    var probabilities: [Double] = []
    /// The indices of the other categories that were observed, in the order given.
    var impossibleOutcomes: [Int] = []

    /// Separates the possible categories from those of probability 0.
    init(observed: [Int], probabilities given: [Double]) {
        precondition(observed.count == given.count, "counts and probabilities are of the same categories")
        precondition(observed.allSatisfy { $0 >= 0 }, "counts are not negative")
        let least = GoodnessOfFit.leastProbability
        precondition(given.allSatisfy { $0 > -least }, "probabilities are not negative")
        precondition(abs(given.reduce(0, +) - 1) <= 1e-6, "probabilities sum to 1")
        for index in given.indices {
            if given[index] >= least {
                counts.append(observed[index])
                probabilities.append(given[index])
            } else if observed[index] > 0 {
                impossibleOutcomes.append(index)
            }
        }
        let sum = probabilities.reduce(0, +)
        probabilities = probabilities.map { $0 / sum }
    }

    /// The number of observations of possible categories.
    var sampleSize: Int { counts.reduce(0, +) }

    /// The expected counts.
    var expected: [Double] { probabilities.map { $0 * Double(sampleSize) } }

    /// Pearson's statistic X² = Σ (o − e)²/e; 0 without observations.
    var chiSquareStatistic: Double {
        guard sampleSize > 0 else { return 0 }
        return zip(counts, expected).reduce(0) { sum, pair in
            let difference = Double(pair.0) - pair.1
            return sum + difference * difference / pair.1
        }
    }

    /// The likelihood-ratio statistic G = 2 Σ o ln(o/e).
    var likelihoodRatioStatistic: Double {
        2
            * zip(counts, expected).reduce(0) { sum, pair in
                let observed = Double(pair.0)
                return pair.0 == 0 ? sum : sum + observed * ElementaryFunctions.logarithm(observed / pair.1)
            }
    }
}
