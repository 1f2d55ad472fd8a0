import Statistics
import Testing

/// Shared observations: abandoned and answered calls of ten replications, of two systems.
private enum Sample {
    static let first = observations(
        [12, 7, 19, 4, 11, 15, 9, 22, 6, 10],
        [410, 305, 500, 220, 390, 455, 350, 610, 240, 333]
    )
    static let second = observations(
        [9, 6, 14, 5, 8, 12, 9, 15, 4, 7],
        [400, 300, 505, 225, 380, 450, 352, 600, 238, 330]
    )

    static func observations(_ numerators: [Double], _ denominators: [Double]) -> [RatioObservation] {
        zip(numerators, denominators).map { RatioObservation(numerator: $0, denominator: $1) }
    }
}

/// References: NumPy and SciPy.
@Suite("RatioEstimate", .timeLimit(.minutes(15)))
struct RatioEstimateTests {
    @Test(arguments: [
        (0.95, 0.025_898_960_942_351_08, 0.034_420_997_095_938_974),
        (0.99, 0.024_038_561_720_179_596, 0.036_281_396_318_110_46),
    ])
    func agreesWithReference(level: Double, lower: Double, upper: Double) throws {
        let estimate = RatioEstimate(Sample.first)
        #expect(abs(try #require(estimate.value) - 0.030_159_979_019_145_03) < 1e-16)
        #expect(abs(try #require(estimate.standardError) - 0.001_883_608_330_520_778_4) < 1e-16)
        let interval = try #require(estimate.interval(level: level))
        #expect(abs(interval.lower - lower) < 1e-13 && abs(interval.upper - upper) < 1e-13)
    }

    @Test func oneReplicationHasNoInterval() {
        let estimate = RatioEstimate([RatioObservation(numerator: 3, denominator: 100)])
        #expect(estimate.value == 0.03 && estimate.replications == 1)
        #expect(estimate.standardError == nil && estimate.interval() == nil)
    }

    @Test func zeroDenominatorsGiveNoRatio() {
        for count in 0...3 {
            let estimate = RatioEstimate(Sample.observations([0, 0, 0], [0, 0, 0]).dropLast(3 - count))
            #expect(estimate.value == nil && estimate.standardError == nil && estimate.interval() == nil)
            #expect(estimate.replications == count)
        }
    }

    @Test func anEmptyReplicationCounts() throws {
        let estimate = RatioEstimate(Sample.observations([2, 0, 2], [10, 0, 10]))
        #expect(estimate.value == 0.2 && estimate.standardError == 0 && estimate.replications == 3)
        #expect(estimate.interval() == ConfidenceInterval(lower: 0.2, upper: 0.2))
    }

    /// With equal denominators the ratio is a mean.
    @Test func equalDenominatorsGiveTheMean() throws {
        let numbers = [0.81, 0.79, 0.84, 0.80, 0.77]
        let ratio = try #require(
            RatioEstimate(numbers.map { RatioObservation(numerator: 7 * $0, denominator: 7) }).interval()
        )
        let mean = try #require(MeanEstimate(numbers).interval())
        #expect(abs(ratio.lower - mean.lower) < 1e-14 && abs(ratio.upper - mean.upper) < 1e-14)
    }

    /// All calls of a cluster have the same outcome: a binomial interval would cover far too seldom.
    @Test func coversDespiteClusters() throws {
        var generator = SplitMix64(seed: 3)
        var covered = 0
        let rounds = 1000
        for _ in 0..<rounds {
            let observations = (0..<20).map { _ in
                var observation = RatioObservation(numerator: 0, denominator: 0)
                for _ in 0..<30 {
                    let size = Double(1 + Int(generator.uniform() * 9))
                    let isAbandoned = generator.uniform() < 0.1
                    observation.merge(RatioObservation(numerator: isAbandoned ? size : 0, denominator: size))
                }
                return observation
            }
            if try #require(RatioEstimate(observations).interval()).contains(0.1) { covered += 1 }
        }
        // Four standard errors of a share of 0.95, and the small bias of the estimator.
        #expect(abs(Double(covered) / Double(rounds) - 0.95) < 0.035, "\(covered)")
    }
}

@Suite("MeanEstimate", .timeLimit(.minutes(15)))
struct MeanEstimateTests {
    @Test func agreesWithReference() throws {
        let estimate = MeanEstimate([0.81, 0.79, 0.84, 0.80, 0.77])
        #expect(abs(try #require(estimate.value) - 0.802) < 1e-15)
        #expect(abs(try #require(estimate.standardError) - 0.011_575_836_902_790_217) < 1e-16)
        let interval = try #require(estimate.interval())
        #expect(abs(interval.lower - 0.769_860_324_292_68) < 1e-13)
        #expect(abs(interval.upper - 0.834_139_675_707_319_7) < 1e-13)
    }

    @Test func fewValues() {
        #expect(MeanEstimate([]).value == nil && MeanEstimate([]).interval() == nil)
        #expect(MeanEstimate([2.5]).value == 2.5 && MeanEstimate([2.5]).interval() == nil)
        #expect(MeanEstimate([2.5, 2.5]).interval() == ConfidenceInterval(lower: 2.5, upper: 2.5))
    }

    @Test func intervalsCanBeClamped() {
        let interval = ConfidenceInterval(lower: -0.01, upper: 0.03)
        #expect(interval.clamped(to: 0...1) == ConfidenceInterval(lower: 0, upper: 0.03))
        #expect(interval.halfWidth == 0.02 && interval.contains(0) && !interval.contains(0.031))
    }
}

/// References: SciPy's paired t-test, and the linearized ratios in NumPy.
@Suite("PairedDifference", .timeLimit(.minutes(15)))
struct PairedDifferenceTests {
    @Test func ofMeans() throws {
        let difference = PairedDifference([0.81, 0.79, 0.84, 0.80, 0.77], [0.78, 0.77, 0.80, 0.79, 0.73])
        #expect(abs(try #require(difference.value) - 0.028) < 1e-15)
        let interval = try #require(difference.interval())
        #expect(abs(interval.lower - 0.011_810_682_152_912_987) < 1e-13)
        #expect(abs(interval.upper - 0.044_189_317_847_087_02) < 1e-13)
    }

    @Test func ofRatios() throws {
        let difference = PairedDifference(Sample.first, Sample.second)
        #expect(abs(try #require(difference.value) - 0.006_615_005_474_171_484) < 1e-16)
        let interval = try #require(difference.interval())
        #expect(abs(interval.lower - 0.003_599_403_923_652_712) < 1e-13)
        #expect(abs(interval.upper - 0.009_630_607_024_690_256) < 1e-13)
        // The jackknife, computed apart, gives 0.00135164.
        let standardError = try #require(difference.standardError)
        #expect(abs(standardError / 0.001_351_642_862_651_642_8 - 1) < 0.02)
        #expect(standardError < 0.75 * (try #require(RatioEstimate(Sample.first).standardError)))
    }

    @Test func withoutARatioThereIsNoDifference() {
        let nothing = [RatioObservation](repeating: RatioObservation(numerator: 0, denominator: 0), count: 10)
        #expect(PairedDifference(Sample.first, nothing).value == nil)
        #expect(PairedDifference(nothing, Sample.second).interval() == nil)
        #expect(PairedDifference([1], [0.5]).value == 0.5 && PairedDifference([1], [0.5]).interval() == nil)
        let same = PairedDifference(Sample.first, Sample.first)
        #expect(same.interval() == ConfidenceInterval(lower: 0, upper: 0))
    }
}
