import Statistics
import Testing

@Suite("ProportionInterval", .timeLimit(.minutes(15)))
struct ProportionIntervalTests {
    struct Reference: Sendable {
        var successes: Int
        var trials: Int
        var wilson: (Double, Double)
        var exact: (Double, Double)
    }

    /// Level 95 %; Wilson's formula and beta quantiles at 40 digits.
    static let references = [
        Reference(
            successes: 0,
            trials: 100,
            wilson: (0, 0.036_993_498_207),
            exact: (0, 0.036_216_692_645)
        ),
        Reference(
            successes: 3,
            trials: 100,
            wilson: (0.010_254_524_024, 0.084_519_364_291),
            exact: (0.006_229_971_538, 0.085_176_052_974)
        ),
        Reference(
            successes: 30,
            trials: 1000,
            wilson: (0.021_093_738_829, 0.042_503_414_148),
            exact: (0.020_330_485_683, 0.042_551_402_470)
        ),
        Reference(
            successes: 300,
            trials: 10_000,
            wilson: (0.026_832_804_617, 0.033_528_153_851),
            exact: (0.026_744_013_789, 0.033_533_364_205)
        ),
    ]

    @Test(arguments: references)
    func intervalsAgreeWithReferences(_ reference: Reference) {
        let (successes, trials) = (reference.successes, reference.trials)
        let wilson = ProportionInterval.wilson(successes: successes, trials: trials)
        let exact = ProportionInterval.clopperPearson(successes: successes, trials: trials)
        #expect(abs(wilson.lower - reference.wilson.0) < 1e-11 && abs(wilson.upper - reference.wilson.1) < 1e-11)
        #expect(abs(exact.lower - reference.exact.0) < 1e-11 && abs(exact.upper - reference.exact.1) < 1e-11)
        let mirrored = ProportionInterval.wilson(successes: trials - successes, trials: trials)
        #expect(abs(mirrored.upper - (1 - wilson.lower)) < 1e-14 && abs(mirrored.lower - (1 - wilson.upper)) < 1e-14)
    }

    @Test func otherLevels() {
        let wilson = ProportionInterval.wilson(successes: 7, trials: 40, level: 0.99)
        #expect(abs(wilson.lower - 0.070_644_235_036_730_2) < 1e-12)
        #expect(abs(wilson.upper - 0.371_833_353_743_2) < 1e-12)
        let exact = ProportionInterval.clopperPearson(successes: 7, trials: 40, level: 0.99)
        #expect(abs(exact.lower - 0.053_670_516_935_561_34) < 1e-11)
        #expect(abs(exact.upper - 0.376_323_056_590_395_5) < 1e-11)
    }

    /// The least numbers of live calls with a one-sided 95 % upper limit of at most 3 % abandoned.
    @Test(arguments: [(0, 99), (1, 157), (2, 208), (5, 348), (10, 562), (20, 965), (50, 2103), (100, 3927)])
    func leastSampleForThreePercent(successes: Int, trials: Int) {
        #expect(ProportionInterval.clopperPearsonUpperLimit(successes: successes, trials: trials) <= 0.03)
        #expect(ProportionInterval.clopperPearsonUpperLimit(successes: successes, trials: trials - 1) > 0.03)
    }

    @Test func oneSidedLimitIsTheTwoSidedOneOfTwiceTheTail() {
        let exact = ProportionInterval.clopperPearson(successes: 4, trials: 50, level: 0.9)
        #expect(abs(ProportionInterval.clopperPearsonUpperLimit(successes: 4, trials: 50) - exact.upper) < 1e-12)
    }

    @Test func extremes() {
        let all = ConfidenceInterval(lower: 0, upper: 1)
        #expect(ProportionInterval.wilson(successes: 0, trials: 0) == all)
        #expect(ProportionInterval.clopperPearson(successes: 0, trials: 0) == all)
        #expect(ProportionInterval.clopperPearsonUpperLimit(successes: 0, trials: 0) == 1)
        #expect(ProportionInterval.wilson(successes: 5, trials: 5).upper == 1)
        #expect(ProportionInterval.clopperPearson(successes: 5, trials: 5).upper == 1)
        #expect(ProportionInterval.wilson(successes: 0, trials: 5).lower == 0)
        #expect(ProportionInterval.wilson(successes: 1, trials: 5).contains(0.2))
    }

    /// The exact interval contains every probability that it should, whatever the count.
    @Test func exactIntervalContainsTheObservedProportion() {
        for trials in 1...30 {
            for successes in 0...trials {
                let exact = ProportionInterval.clopperPearson(successes: successes, trials: trials)
                #expect(exact.contains(Double(successes) / Double(trials)))
                #expect(exact.lower >= 0 && exact.upper <= 1)
            }
        }
    }
}
