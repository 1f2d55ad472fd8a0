import DiscreteEvents
import Foundation
import Testing

@Suite("Distribution", .timeLimit(.minutes(5)))
struct DistributionTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var distribution: Distribution
        var cumulative: @Sendable (Double) -> Double
    }

    /// Distributions with their distribution functions, written independently of the sampling code.
    static let continuous: [Case] = [
        Case(testDescription: "uniform", distribution: Distribution(.uniform(min: 2, max: 12))) { ($0 - 2) / 10 },
        Case(testDescription: "exponential", distribution: .exponential(mean: 15)) { 1 - exp(-$0 / 15) },
        Case(testDescription: "shifted", distribution: Distribution(.exponential(mean: 15), shift: 4)) {
            1 - exp(-($0 - 4) / 15)
        },
        // Mean 188 and standard deviation 240: μ = 4.753008, σ = 0.983295.
        Case(testDescription: "lognormal", distribution: Distribution(.lognormal(mean: 188, sd: 240))) {
            0.5 * erfc(-(log($0) - 4.7530077) / 0.9832947 / 2.0.squareRoot())
        },
        // Shape 4, scale 3: an Erlang distribution.
        Case(testDescription: "gamma of shape 4", distribution: Distribution(.gamma(mean: 12, sd: 6))) {
            let x = $0 / 3
            return 1 - exp(-x) * (1 + x + x * x / 2 + x * x * x / 6)
        },
        // Shape 1/2, scale 4: the square of a normal number, times 2.
        Case(testDescription: "gamma of shape 1/2", distribution: Distribution(.gamma(mean: 2, sd: 8.0.squareRoot()))) {
            erf(($0 / 4).squareRoot())
        },
        // Shape 2: scale 10 / Γ(1.5) = 20/√π.
        Case(testDescription: "weibull of shape 2", distribution: Distribution(.weibull(mean: 10, shape: 2))) {
            1 - exp(-$0 * $0 * Double.pi / 400)
        },
        // Shape 1/2: scale 10 / Γ(3) = 5.
        Case(testDescription: "weibull of shape 1/2", distribution: Distribution(.weibull(mean: 10, shape: 0.5))) {
            1 - exp(-($0 / 5).squareRoot())
        },
    ]

    static func sample(_ distribution: Distribution, count: UInt64, purpose: UInt32) -> [Double] {
        let stream = RandomStream(seed: 20_260_101)
        return (0..<count).map { index in
            var draws = stream.draws(index: index, purpose: purpose)
            return distribution.sample(&draws)
        }
    }

    /// The 0.1 % point of D·√n is 1.95.
    @Test(arguments: continuous)
    func sampleFollowsTheDistributionFunction(_ item: Case) {
        let sample = Self.sample(item.distribution, count: 8000, purpose: 1)
        #expect(kolmogorovSmirnov(sample, item.cumulative) < 1.95)
    }

    /// Mean and variance within four standard errors, these estimated from the sample.
    @Test(arguments: continuous)
    func momentsAgreeWithTheClosedForm(_ item: Case) {
        let sample = Self.sample(item.distribution, count: 20_000, purpose: 2)
        let count = Double(sample.count)
        let mean = sample.reduce(0, +) / count
        let squares = sample.map { ($0 - mean) * ($0 - mean) }
        let variance = squares.reduce(0, +) / (count - 1)
        let fourth = squares.reduce(0) { $0 + $1 * $1 } / count
        let distribution = item.distribution
        #expect(abs(mean - distribution.mean) < 4 * (distribution.variance / count).squareRoot())
        #expect(abs(variance - distribution.variance) < 4 * ((fourth - variance * variance) / count).squareRoot())
    }

    @Test func closedFormMoments() {
        func close(_ value: Double, _ expected: Double) -> Bool {
            abs(value - expected) <= 1e-12 * max(1, abs(expected))
        }
        #expect(Distribution.constant(3).mean == 3 && Distribution.constant(3).variance == 0)
        #expect(Distribution(.constant(3), shift: 2).mean == 5)
        #expect(close(Distribution(.uniform(min: 2, max: 8)).mean, 5))
        #expect(close(Distribution(.uniform(min: 2, max: 8)).variance, 3))
        #expect(close(Distribution.exponential(mean: 4).variance, 16))
        #expect(close(Distribution(.lognormal(mean: 188, sd: 240), shift: 2).mean, 190))
        #expect(close(Distribution(.lognormal(mean: 188, sd: 240), shift: 2).variance, 240 * 240))
        #expect(close(Distribution(.weibull(mean: 10, shape: 1)).variance, 100))
        // Γ(2)/Γ(1.5)² − 1 = 4/π − 1.
        #expect(close(Distribution(.weibull(mean: 10, shape: 2)).variance, 100 * (4 / Double.pi - 1)))
        #expect(close(Distribution(.empirical([1, 2, 3, 6])).mean, 3))
        #expect(close(Distribution(.empirical([1, 2, 3, 6])).variance, 3.5))
        #expect(Distribution(.empirical([])).mean.isNaN)
    }

    @Test func empiricalValuesAreEquallyLikely() {
        let sample = Self.sample(Distribution(.empirical([1, 2, 4, 8]), shift: 1), count: 12_000, purpose: 3)
        for value in [2.0, 3, 5, 9] {
            let observed = Double(sample.count { $0 == value })
            // Four standard errors of a binomial count with p = 1/4.
            #expect(abs(observed - 3000) < 4 * (12_000.0 * 3 / 16).squareRoot())
        }
        #expect(Set(sample) == [2, 3, 5, 9])
    }

    @Test(arguments: [
        Distribution(.constant(7)), Distribution(.uniform(min: 7, max: 7)), Distribution(.lognormal(mean: 7, sd: 0)),
        Distribution(.gamma(mean: 7, sd: 0)), Distribution(.empirical([7])),
        Distribution(.exponential(mean: 0), shift: 7),
        Distribution(.lognormal(mean: 0, sd: 1), shift: 7), Distribution(.gamma(mean: 0, sd: 1), shift: 7),
        Distribution(.weibull(mean: 0, shape: 2), shift: 7),
    ])
    func degenerateDistributionsGiveTheirOnlyValue(_ distribution: Distribution) {
        #expect(Self.sample(distribution, count: 20, purpose: 4).allSatisfy { $0 == 7 })
    }

    @Test func samplesAreReproducible() {
        let distribution = Distribution(.gamma(mean: 5, sd: 9))
        let first = Self.sample(distribution, count: 50, purpose: 5)
        #expect(first == Self.sample(distribution, count: 50, purpose: 5))
        #expect(first != Self.sample(distribution, count: 50, purpose: 6))
        #expect(first.allSatisfy { $0 >= 0 && $0.isFinite })
    }
}
