/// A test whether observed counts come from a known distribution over a few categories.
///
/// Categories of probability 0 (below ``leastProbability``) are left out of the test; an observation of one of them
/// contradicts the distribution outright. Over the others the test is Pearson's chi-square where every expected count
/// is at least 5, else the exact multinomial test while there are at most 10⁷ possible tables, else its Monte Carlo
/// version. Both multinomial tests count the tables that are at most as probable as the observed one, up to a relative
/// tolerance of 1e-7. Sources: Pearson, Phil. Mag. (5) 50 (1900) 157; Cochran, Ann. Math. Statist. 23 (1952) 315.
package struct GoodnessOfFit: Hashable, Sendable {
    /// The reference distribution of a p-value.
    package enum Test: String, Hashable, Sendable {
        /// Chi-square with one degree of freedom fewer than there are possible categories.
        case chiSquare
        /// The multinomial distribution, every table enumerated.
        case exactMultinomial
        /// The multinomial distribution, 100,000 seeded random tables.
        case monteCarlo
    }

    /// The judgement on a sample.
    package enum Verdict: String, Hashable, Sendable {
        /// Nothing speaks against the distribution at the chosen level.
        case fits
        /// The sample contradicts the distribution.
        case doesNotFit
        /// Too few observations for a judgement.
        case sampleTooSmall
    }

    /// The probability below which a category counts as impossible; covers the rounding of sums of decimals.
    package static let leastProbability = 1e-12
    /// The number of observations below which the verdict is ``Verdict/sampleTooSmall``.
    package static let leastSampleSize = 20
    /// The largest number of tables that the exact test enumerates.
    package static let mostExactTables = 1e7
    /// The number of random tables of the Monte Carlo test.
    package static let monteCarloTables = 100_000

    /// The test that gave the p-value.
    package var test: Test
    /// Pearson's statistic X² over the possible categories, whichever the test.
    package var statistic: Double
    /// The number of possible categories less one.
    package var degreesOfFreedom: Int
    /// The probability of a sample at least as extreme; 0 after an impossible outcome, 1 for a single possible
    /// category.
    package var pValue: Double
    /// The indices of the categories of probability 0 that were observed all the same.
    package var impossibleOutcomes: [Int]
    /// The number of observations, impossible ones included.
    package var sampleSize: Int

    /// Tests observed counts against known probabilities.
    ///
    /// - Parameters:
    ///   - observed: The count of each category, not negative (a precondition).
    ///   - probabilities: The probability of each category, in the same order; not negative, with sum 1 within 1e-6
    ///     (preconditions).
    ///   - seed: The seed of the Monte Carlo test; equal seeds give equal p-values.
    package init(observed: [Int], probabilities: [Double], seed: UInt64 = 0) {
        self.init(
            observed: observed,
            probabilities: probabilities,
            seed: seed,
            mostExactTables: Self.mostExactTables,
            monteCarloTables: Self.monteCarloTables
        )
    }

    init(
        observed: [Int],
        probabilities: [Double],
        seed: UInt64,
        mostExactTables: Double,
        monteCarloTables: Int
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
    /// An impossible outcome contradicts the distribution whatever the sample size; otherwise fewer than
    /// ``leastSampleSize`` observations are too few.
    ///
    /// - Parameter level: The probability of rejecting the true distribution; a p-value up to it rejects.
    package func verdict(level: Double = 0.001) -> Verdict {
        if !impossibleOutcomes.isEmpty { return .doesNotFit }
        if sampleSize < Self.leastSampleSize { return .sampleTooSmall }
        return pValue <= level ? .doesNotFit : .fits
    }

    /// Returns the likelihood-ratio statistic G = 2 Σ oᵢ ln(oᵢ/eᵢ) over the possible categories.
    ///
    /// A category that was not observed adds 0. Source: Wilks, Ann. Math. Statist. 6 (1935) 190.
    ///
    /// - Parameters:
    ///   - observed: The count of each category, not negative (a precondition).
    ///   - probabilities: The probability of each category; not negative, with sum 1 within 1e-6 (preconditions).
    package static func likelihoodRatioStatistic(observed: [Int], probabilities: [Double]) -> Double {
        PossibleCategories(observed: observed, probabilities: probabilities).likelihoodRatioStatistic
    }
}
