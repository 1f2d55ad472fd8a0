import RealModule

/// A test of whether observed counts come from a known distribution over a few categories.
///
/// Categories of probability 0 (below ``leastProbability``) are left out of the test; an observation of one of them
/// contradicts the distribution outright. Over the others the test is Pearson's chi-square if every expected count
/// is at least 5, else the exact multinomial test while there are at most 10⁷ possible tables, else its Monte Carlo
/// version. Both multinomial tests count the tables that are at most as probable as the observed one, up to a relative
/// tolerance of 1e-7. Sources: Pearson, Phil. Mag. (5) 50 (1900) 157; Cochran, Ann. Math. Statist. 23 (1952) 315.
package struct GoodnessOfFit: Hashable, Sendable {
    /// How a p-value was found.
    package enum PValueMethod: String, Hashable, Sendable {
        /// Chi-square with one degree of freedom fewer than there are possible categories.
        case chiSquare
        /// The multinomial distribution, every table enumerated.
        case exactMultinomial
        /// The multinomial distribution, 100,000 seeded random tables.
        case monteCarlo
    }

    /// The judgement on a sample.
    package enum FitResult: String, Hashable, Sendable {
        /// The sample does not contradict the distribution at the chosen level.
        case fits
        /// The sample contradicts the distribution.
        case doesNotFit
        /// Too few observations for a judgement.
        case sampleTooSmall
    }

    /// The probability below which a category counts as impossible; covers the rounding of sums of decimals.
    package static let leastProbability = 1e-12
    /// With fewer observations the result is ``FitResult/sampleTooSmall``.
    package static let leastSampleSize = 20

    /// The test that gave the p-value.
    package var test: PValueMethod
    /// Pearson's statistic χ² over the possible categories, also if another test gave the p-value.
    package var statistic: Double
    /// The number of possible categories less one.
    package var degreesOfFreedom: Int
    /// The probability of a sample at least as extreme: 0 after an impossible outcome, 1 with a single possible category.
    package var pValue: Double
    /// The indices of the categories that were observed although their probability is 0.
    package var impossibleOutcomes: [Int]
    /// The number of observations, impossible ones included.
    package var sampleSize: Int

    /// Tests observed counts against known probabilities.
    ///
    /// Counts are not negative, and the probabilities, in the same order, are not negative and sum to 1 within 1e-6
    /// (preconditions). The exact test enumerates at most `mostExactTables` tables. Equal seeds give equal Monte Carlo
    /// p-values.
    package init(
        observed: [Int],
        probabilities: [Double],
        seed: UInt64 = 0,
        mostExactTables: Double = 1e7,
        monteCarloTables: Int = 100_000
    ) {
        let table = PossibleCategories(observed: observed, probabilities: probabilities)
        let distribution = MultinomialDistribution(trials: table.sampleSize, probabilities: table.probabilities)
        statistic = table.chiSquareStatistic
        degreesOfFreedom = table.counts.count - 1
        impossibleOutcomes = table.impossibleOutcomes
        sampleSize = observed.reduce(0, +)
        let isLarge = table.expected.allSatisfy { $0 >= 5 - 1e-9 }
        if isLarge {
            test = .chiSquare
        } else if distribution.tableCount <= mostExactTables {
            test = .exactMultinomial
        } else {
            test = .monteCarlo
        }
        if !impossibleOutcomes.isEmpty {
            pValue = 0
        } else if degreesOfFreedom == 0 {
            pValue = 1
        } else {
            switch test {
            case .chiSquare:
                pValue = ChiSquareDistribution(degreesOfFreedom: Double(degreesOfFreedom)).survival(statistic)
            case .exactMultinomial:
                pValue = distribution.exactPValue(of: table.counts)
            case .monteCarlo:
                pValue = distribution.monteCarloPValue(of: table.counts, tables: monteCarloTables, seed: seed)
            }
        }
    }

    /// Returns the judgement at a level of significance.
    ///
    /// An impossible outcome contradicts the distribution at any sample size. Otherwise at least ``leastSampleSize``
    /// observations are needed. A p-value up to the level rejects; the level is the probability of a wrong rejection.
    package func result(level: Double = 0.001) -> FitResult {
        if !impossibleOutcomes.isEmpty { return .doesNotFit }
        if sampleSize < Self.leastSampleSize { return .sampleTooSmall }
        return pValue <= level ? .doesNotFit : .fits
    }
}

/// The counts and probabilities of those categories that a distribution allows.
struct PossibleCategories {
    /// The observed counts of the possible categories.
    var counts: [Int] = []
    /// Their probabilities, scaled to sum 1.
    var probabilities: [Double] = []
    /// The indices of the impossible categories that were observed, in the given order.
    var impossibleOutcomes: [Int] = []

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

    var sampleSize: Int { counts.reduce(0, +) }
    var expected: [Double] { probabilities.map { $0 * Double(sampleSize) } }

    /// Pearson's statistic χ² = Σ (o − e)²/e; 0 without observations.
    var chiSquareStatistic: Double {
        guard sampleSize > 0 else { return 0 }
        return zip(counts, expected).reduce(0) { sum, pair in
            let difference = Double(pair.0) - pair.1
            return sum + difference * difference / pair.1
        }
    }
}

/// The total variation distance between distributions on the same categories (a precondition).
package enum TotalVariation {
    /// Returns ½ Σ |pᵢ − qᵢ|, the largest difference in the probability of any set of categories: a number in 0…1.
    package static func distance(_ p: [Double], _ q: [Double]) -> Double {
        precondition(p.count == q.count, "both distributions have the same categories")
        return zip(p, q).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }
}
