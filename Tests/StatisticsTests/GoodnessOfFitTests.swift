import RealModule
import Testing

@testable import Statistics

@Suite("GoodnessOfFit", .timeLimit(.minutes(15)))
struct GoodnessOfFitTests {
    @Test func chiSquareAgainstReference() {
        let observed = [70, 260, 430, 200, 40]
        let probabilities = [0.08, 0.25, 0.42, 0.20, 0.05]
        let fit = GoodnessOfFit(observed: observed, probabilities: probabilities)
        #expect(fit.test == .chiSquare && fit.degreesOfFreedom == 4 && fit.sampleSize == 1000)
        #expect(abs(fit.statistic - 3.888_095_238_095) < 1e-11)
        #expect(abs(fit.pValue - 0.421_362_300_819) < 1e-11)
        #expect(fit.result() == .fits && fit.result(level: 0.5) == .doesNotFit)
    }

    /// References: enumeration of every table without shortcuts.
    @Test(arguments: [
        ([1, 2, 7], [0.2, 0.3, 0.5], 0.532_225), ([3, 0], [0.5, 0.5], 0.25),
        ([0, 1, 3, 20], [0.1, 0.1, 0.2, 0.6], 0.144_770_502_084_363_73),
        ([5, 0, 0, 0, 15], [0.05, 0.05, 0.1, 0.4, 0.4], 2.129_211_934_128_640_8e-6),
        ([2, 0, 18, 1], [0.02, 0.03, 0.9, 0.05], 0.153_830_236_415_519_4),
        ([12, 3, 5, 10, 10], [0.25, 0.1, 0.15, 0.25, 0.25], 0.967_794_889_164_850_5),
        ([10, 0, 0], [0.01, 0.01, 0.98], 2e-20),
    ])
    func exactTestAgainstReference(observed: [Int], probabilities: [Double], expected: Double) {
        let fit = GoodnessOfFit(observed: observed, probabilities: probabilities)
        #expect(fit.test == .exactMultinomial)
        #expect(abs(fit.pValue / expected - 1) < 1e-9)
    }

    /// The shortcut of the enumeration changes nothing: all tables of 12 trials in four categories, two of them alike.
    @Test func exactTestAgreesWithPlainEnumeration() {
        let probabilities = [0.1, 0.1, 0.25, 0.55]
        let distribution = MultinomialDistribution(trials: 12, probabilities: probabilities)
        let logProbabilities = probabilities.map { Double.log($0) }
        var tables: [[Int]] = []
        for a in 0...12 {
            for b in 0...(12 - a) {
                for c in 0...(12 - a - b) { tables.append([a, b, c, 12 - a - b - c]) }
            }
        }
        #expect(Double(tables.count) == distribution.tableCount)
        let masses = tables.map {
            Double.exp(
                distribution.logFactorial(12) + distribution.logKernel(of: $0, logProbabilities)
            )
        }
        #expect(abs(masses.reduce(0, +) - 1) < 1e-13)
        for (table, mass) in zip(tables, masses) {
            let expected = masses.filter { $0 <= mass * (1 + 1e-7) }.reduce(0, +)
            #expect(abs(distribution.exactPValue(of: table) - expected) < 1e-12)
        }
    }

    /// The Monte Carlo p-value within four standard errors of the exact one.
    @Test func monteCarloAgreesWithTheExactTest() {
        let observed = [2, 6, 30, 40, 22]
        let probabilities = [0.005, 0.045, 0.35, 0.4, 0.2]
        let exact = GoodnessOfFit(observed: observed, probabilities: probabilities)
        let tables = 10_000
        func monteCarlo(_ seed: UInt64) -> GoodnessOfFit {
            GoodnessOfFit(
                observed: observed,
                probabilities: probabilities,
                seed: seed,
                mostExactTables: 0,
                monteCarloTables: tables
            )
        }
        #expect(exact.test == .exactMultinomial && monteCarlo(1).test == .monteCarlo)
        let error = (exact.pValue * (1 - exact.pValue) / Double(tables)).squareRoot()
        #expect(abs(monteCarlo(1).pValue - exact.pValue) < 4 * error)
        #expect(monteCarlo(1) == monteCarlo(1))
        #expect(monteCarlo(1).pValue != monteCarlo(2).pValue)
        #expect(monteCarlo(1).statistic == exact.statistic)
    }

    @Test func manyTablesAreDrawnAtRandom() {
        let fit = GoodnessOfFit(
            observed: [1, 60, 150, 200, 89],
            probabilities: [0.002, 0.118, 0.3, 0.4, 0.18],
            seed: 3
        )
        #expect(fit.test == .monteCarlo)
        #expect(fit.result() == .fits)
        let poor = GoodnessOfFit(
            observed: [9, 60, 142, 200, 89],
            probabilities: [0.002, 0.118, 0.3, 0.4, 0.18],
            seed: 3
        )
        #expect(poor.test == .monteCarlo && poor.result() == .doesNotFit)
    }

    @Test func smallExpectedCountsDecideTheTest() {
        let probabilities = [0.05, 0.95]
        #expect(GoodnessOfFit(observed: [5, 95], probabilities: probabilities).test == .chiSquare)
        #expect(GoodnessOfFit(observed: [5, 94], probabilities: probabilities).test == .exactMultinomial)
    }

    @Test func impossibleOutcomesFailAtOnce() {
        let fit = GoodnessOfFit(observed: [10, 1, 12, 0], probabilities: [0.5, 0, 0.5, 0])
        #expect(fit.impossibleOutcomes == [1] && fit.pValue == 0 && fit.sampleSize == 23)
        #expect(fit.result() == .doesNotFit)
        #expect(GoodnessOfFit(observed: [0, 1], probabilities: [1, 0]).result() == .doesNotFit)
        let possible = GoodnessOfFit(observed: [10, 0, 12, 0], probabilities: [0.5, 0, 0.5, 0])
        #expect(possible.degreesOfFreedom == 1 && possible.impossibleOutcomes.isEmpty && possible.result() == .fits)
        #expect(possible == GoodnessOfFit(observed: [10, 12], probabilities: [0.5, 0.5]))
        // The remainder of decimals is not a category.
        let remainder = 1 - 0.1 - 0.2 - 0.3 - 0.4
        let decimals = GoodnessOfFit(observed: [10, 20, 30, 40, 0], probabilities: [0.1, 0.2, 0.3, 0.4, remainder])
        #expect(decimals.test == .chiSquare && decimals.degreesOfFreedom == 3 && abs(decimals.pValue - 1) < 1e-12)
    }

    @Test func oneCategoryAlwaysFits() {
        let fit = GoodnessOfFit(observed: [0, 50], probabilities: [0, 1])
        #expect(fit.pValue == 1 && fit.degreesOfFreedom == 0 && fit.statistic == 0 && fit.result() == .fits)
    }

    @Test func fewerThanTwentyCallsAreTooFew() {
        #expect(GoodnessOfFit(observed: [19, 0], probabilities: [0.5, 0.5]).result() == .sampleTooSmall)
        #expect(GoodnessOfFit(observed: [20, 0], probabilities: [0.5, 0.5]).result() == .doesNotFit)
        let none = GoodnessOfFit(observed: [0, 0], probabilities: [0.5, 0.5])
        #expect(none.pValue == 1 && none.statistic == 0 && none.result() == .sampleTooSmall)
    }

    /// Under the hypothesis p-values are uniform: D·√n of 500 samples below its 0.1 % point 1.95.
    @Test func chiSquarePValuesAreUniform() {
        let probabilities = [0.08, 0.25, 0.42, 0.20, 0.05]
        var generator = SplitMix64(seed: 11)
        let distribution = MultinomialDistribution(trials: 1000, probabilities: probabilities)
        var table = [Int](repeating: 0, count: 5)
        let pValues = (0..<500).map { _ in
            distribution.draw(into: &table, probabilities, &generator)
            return GoodnessOfFit(observed: table, probabilities: probabilities).pValue
        }
        var distance = 0.0
        for (index, pValue) in pValues.sorted().enumerated() {
            distance = max(distance, pValue - Double(index) / 500, Double(index + 1) / 500 - pValue)
        }
        #expect(distance * 500.0.squareRoot() < 1.95)
    }

    /// Under the hypothesis an exact p-value is at most α with probability at most α: within four standard errors.
    @Test func exactPValuesAreConservative() {
        let probabilities = [0.1, 0.3, 0.6]
        let distribution = MultinomialDistribution(trials: 30, probabilities: probabilities)
        var generator = SplitMix64(seed: 5)
        var table = [0, 0, 0]
        let pValues = (0..<500).map { _ in
            distribution.draw(into: &table, probabilities, &generator)
            return GoodnessOfFit(observed: table, probabilities: probabilities).pValue
        }
        for level in [0.01, 0.05, 0.2, 0.5] {
            let share = Double(pValues.count { $0 <= level }) / 500
            #expect(share <= level + 4 * (level * (1 - level) / 500).squareRoot())
            #expect(share >= level / 3 - 4 * (level / 500).squareRoot())
        }
    }
}
