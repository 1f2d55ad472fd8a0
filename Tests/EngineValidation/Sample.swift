internal import DiscreteEvents
internal import Foundation
internal import Statistics

/// Samples of a distribution, one for each replication.
struct Sample: Sendable {
    private let name: String
    private let distribution: Distribution
    private var samples: [[Double]]

    /// Draws the samples.
    init(_ distribution: Distribution, _ name: String, _ simulator: Simulator) {
        self.name = name
        self.distribution = distribution
        let sampler = Sampler(distribution)
        let count = UInt64(20_000 * simulator.scale)
        samples = (0..<Simulator.replications).map { replication in
            let stream = RandomStream(seed: Simulator.seed(of: name), replication: UInt32(replication))
            return (0..<count).map { index in
                var draws = stream.draws(index: index, purpose: 0)
                return sampler.sample(&draws)
            }
        }
    }

    /// Replaces each number by a function of it.
    mutating func transform(_ function: (Double) -> Double) { samples = samples.map { $0.map(function) } }

    /// Compares mean, variance and distribution function with those of the distribution.
    func comparisons(_ cumulative: (Double) -> Double) -> [Comparison] {
        [
            mean(exact: distribution.mean, "mean"), variance(exact: distribution.variance, "variance"), fit(cumulative),
        ]
    }

    /// Compares the mean.
    func mean(exact: Double, _ quantity: String) -> Comparison {
        let estimate = MeanEstimate(samples.map { WelfordMoments($0).mean })
        return Comparison("samples", name, quantity, exact: exact, estimate: estimate, source: "closed form")
    }

    /// Compares the variance.
    func variance(exact: Double, _ quantity: String) -> Comparison {
        let estimate = MeanEstimate(samples.compactMap { WelfordMoments($0).variance })
        return Comparison("samples", name, quantity, exact: exact, estimate: estimate, source: "closed form")
    }

    /// Compares all numbers with the distribution function.
    func fit(_ cumulative: (Double) -> Double) -> Comparison {
        let sorted = samples.joined().sorted()
        let count = Double(sorted.count)
        var distance = 0.0
        for (index, value) in sorted.enumerated() {
            let probability = cumulative(value)
            distance = max(distance, probability - Double(index) / count, Double(index + 1) / count - probability)
        }
        let root = count.squareRoot()
        return Comparison(
            "samples",
            name,
            "Kolmogorov–Smirnov √N·D",
            statistic: distance * root,
            pValue: Self.kolmogorovTail((root + 0.12 + 0.11 / root) * distance),
            source: "Stephens, J. R. Stat. Soc. B 32 (1970) 115"
        )
    }

    /// The probability that Kolmogorov's statistic is larger.
    static func kolmogorovTail(_ statistic: Double) -> Double {
        guard statistic > 0.2 else { return 1 }
        let sum = (1...100).reduce(0.0) { sum, index in
            let term = exp(-2 * Double(index * index) * statistic * statistic)
            return sum + (index.isMultiple(of: 2) ? -term : term)
        }
        return min(1, max(0, 2 * sum))
    }
}

extension Comparison {
    /// States a statistic of a goodness-of-fit test and its p-value.
    init(
        _ model: String,
        _ parameters: String,
        _ quantity: String,
        statistic: Double,
        pValue: Double,
        source: String
    ) {
        self.init(
            model: model,
            parameters: parameters,
            quantity: quantity,
            exact: "–",
            estimate: digits(statistic, 4),
            interval: "p = \(digits(pValue, 3))",
            test: .equality(standardErrors: -StandardNormal.quantile(pValue / 2), isInside: pValue >= 0.05),
            source: source
        )
    }
}
