import DiscreteEvents
import Foundation
import Testing

/// The ziggurats' layers, wedges and tails, through the distributions that use them.
@Suite("Ziggurat", .timeLimit(.minutes(5)))
struct ZigguratTests {
    static let count = 120_000

    /// Values of mean 0 and variance 1: the logarithm of a lognormal number of μ = 0 and σ = 1, and its standard form.
    static let normals: [Double] = {
        let sampler = Sampler(Distribution(.lognormal(mean: exp(0.5), sd: exp(0.5) * (exp(1.0) - 1).squareRoot())))
        return values(sampler).map { log($0) }
    }()
    static let exponentials = values(Sampler(.exponential(mean: 1)))

    static func values(_ sampler: Sampler) -> [Double] {
        let stream = RandomStream(seed: 31)
        return (0..<UInt64(count)).map { index in
            var draws = stream.draws(index: index, purpose: 0)
            return sampler.sample(&draws)
        }
    }

    @Test func normalNumbersFollowTheirDistribution() {
        #expect(kolmogorovSmirnov(Self.normals) { 0.5 * erfc(-$0 / 2.0.squareRoot()) } < 1.95)
    }

    @Test func exponentialNumbersFollowTheirDistribution() {
        #expect(kolmogorovSmirnov(Self.exponentials) { 1 - exp(-$0) } < 1.95)
    }

    /// Four standard errors, from the moments of order 2k.
    @Test func moments() {
        let n = Double(Self.count)
        func mean(_ values: [Double], _ power: Double) -> Double { values.reduce(0) { $0 + pow($1, power) } / n }
        for (power, expected, variance) in [(1.0, 0.0, 1.0), (2, 1, 2), (3, 0, 15), (4, 3, 96)] {
            #expect(abs(mean(Self.normals, power) - expected) < 4 * (variance / n).squareRoot())
        }
        for (power, expected, variance) in [(1.0, 1.0, 1.0), (2, 2, 20), (3, 6, 684)] {
            #expect(abs(mean(Self.exponentials, power) - expected) < 4 * (variance / n).squareRoot())
        }
    }

    /// Counts beyond points within and beyond the last layer, both signs, within four standard errors.
    @Test func tails() {
        let n = Double(Self.count)
        func agrees(_ observed: Int, _ probability: Double) -> Bool {
            abs(Double(observed) - n * probability) < 4 * (n * probability).squareRoot()
        }
        for point in [2.5, 3.2, 3.654152885361009, 3.9] {
            let probability = 0.5 * erfc(point / 2.0.squareRoot())
            #expect(agrees(Self.normals.count { $0 > point }, probability))
            #expect(agrees(Self.normals.count { $0 < -point }, probability))
        }
        for point in [4.0, 7.0, 7.69711747013105, 8.5] {
            #expect(agrees(Self.exponentials.count { $0 > point }, exp(-point)))
        }
        // The tail has the right shape: beyond the last layer the mean excess is 1.
        let excess = Self.exponentials.filter { $0 > 7.69711747013105 }.map { $0 - 7.69711747013105 }
        let mean = excess.reduce(0, +) / Double(excess.count)
        #expect(abs(mean - 1) < 4 / Double(excess.count).squareRoot())
    }
}
