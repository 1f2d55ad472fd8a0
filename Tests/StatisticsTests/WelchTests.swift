import Statistics
import Testing

@Suite(.timeLimit(.minutes(15)))
struct WelchTests {
    /// Reference values by SciPy 1.17: `ttest_ind(first, second, equal_var=False)` and its `confidence_interval`.
    @Test func meansAgreeWithAReference() throws {
        let first = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4]
        let second = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.0, 23.9]
        let (one, two) = (WelchDifference.Side(MeanEstimate(first)), WelchDifference.Side(MeanEstimate(second)))
        let welch = WelchDifference(try #require(one), try #require(two))
        #expect(abs(welch.value / welch.standardError - -2.835263800664482) < 1e-10)
        #expect(abs(welch.degreesOfFreedom - 27.713625968118762) < 1e-8)
        let (usual, strict) = (welch.interval(), welch.interval(level: 1 - 0.05 / 6))
        #expect(abs(usual.lower - -4.766445039218351) < 1e-8 && abs(usual.upper - -0.7668882941149804) < 1e-8)
        #expect(abs(strict.lower - -5.539078126904114) < 1e-8 && abs(strict.upper - 0.005744793570782836) < 1e-8)
    }

    @Test func anEstimateThatIsKnownHasNormalLimits() {
        let welch = WelchDifference(
            .init(value: 3, standardError: 3, count: .infinity),
            .init(value: 1, standardError: 4, count: .infinity)
        )
        let interval = welch.interval()
        #expect(abs(interval.lower - (2 - 1.959963984540054 * 5)) < 1e-9 && abs(interval.upper - 11.79981992) < 1e-7)
    }

    @Test func samplesThatDoNotVaryHaveNoWidth() {
        let side = WelchDifference.Side(value: 1, standardError: 0, count: 20)
        #expect(WelchDifference(side, side).interval() == ConfidenceInterval(lower: 0, upper: 0))
    }

    /// Table II of Newcombe (1998), method 10.
    @Test(arguments: [
        (56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090), (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926), (0, 10, 0, 20, -0.1611, 0.2775), (10, 10, 0, 10, 0.6075, 1.0000),
    ])
    func differencesOfProportions(_ a: Int, _ m: Int, _ b: Int, _ n: Int, _ low: Double, _ high: Double) {
        let interval = ProportionInterval.difference((a, m), (b, n))
        #expect(abs(interval.lower - low) < 5.1e-5 && abs(interval.upper - high) < 5.1e-5, "\(interval)")
    }

    /// Ratios over replications of two independent systems with the same ratio: the interval misses 0 as often as it may.
    @Test func ratiosAreCoveredAsOftenAsPromised() throws {
        var random = SplitMix64(seed: 7)
        func observation() -> RatioObservation {
            let length = 50 + 100 * Double.random(in: 0..<1, using: &random)
            return RatioObservation(
                numerator: length * (0.1 + 0.2 * Double.random(in: 0..<1, using: &random)),
                denominator: length
            )
        }
        func side() throws -> WelchDifference.Side {
            try #require(WelchDifference.Side(RatioEstimate((0..<20).map { _ in observation() })))
        }
        let misses = try (0..<4000).count { _ in try !WelchDifference(side(), side()).interval().contains(0) }
        // 5 % of 4000 with a standard error of 13.8; the delta method is a little narrow with 20 replications.
        #expect((150...260).contains(misses), "\(misses)")
    }
}
