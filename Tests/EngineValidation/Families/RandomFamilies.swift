internal import DialerEngine
internal import DiscreteEvents
internal import Foundation
internal import Statistics

/// The random numbers and what is made of them.
enum RandomFamilies {
    private typealias Words = (counter: SIMD4<UInt32>, key: SIMD2<UInt32>, block: SIMD4<UInt32>)

    /// The generator against the known answers of its authors, and its uniform numbers.
    static func numbers(_ simulator: Simulator) -> Family {
        let ones = UInt32.max
        let answers: [(String, Words)] = [
            ("zeros", (.zero, .zero, SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))),
            (
                "ones",
                (
                    SIMD4(repeating: ones), SIMD2(repeating: ones),
                    SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
                )
            ),
            (
                "digits of π",
                (
                    SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), SIMD2(0xa409_3822, 0x299f_31d0),
                    SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
                )
            ),
        ]
        func hexadecimal(_ words: SIMD4<UInt32>) -> String {
            (0..<4).map { String(format: "%08x", words[$0]) }.joined(separator: " ")
        }
        var comparisons = answers.map { name, words in
            let block = Philox4x32.block(counter: words.counter, key: words.key)
            return Comparison(
                model: "Philox4x32-10",
                parameters: "counter and key: \(name)",
                quantity: "block",
                exact: hexadecimal(words.block),
                estimate: hexadecimal(block),
                test: .identity(holds: block == words.block),
                source: "Random123, kat_vectors; Salmon et al. 2011"
            )
        }
        let uniform = Distribution(.uniform(min: 0, max: 1))
        comparisons += Sample(uniform, "uniform numbers", simulator).comparisons { min(1, max(0, $0)) }
        return Family(
            title: "Random numbers",
            introduction: "The generator's published known answers, and the moments of its uniform numbers.",
            comparisons: comparisons
        )
    }

    /// Each distribution: moments, and the whole distribution function.
    static func distributions(_ simulator: Simulator) -> Family {
        func gamma(mean: Double, sd: Double) -> @Sendable (Double) -> Double {
            { SpecialFunctions.incompleteGamma(mean * mean / (sd * sd), $0 * mean / (sd * sd)).lower }
        }
        func weibull(mean: Double, shape: Double) -> @Sendable (Double) -> Double {
            { 1 - exp(-pow($0 * tgamma(1 + 1 / shape) / mean, shape)) }
        }
        func lognormal(mean: Double, sd: Double) -> (mu: Double, sigma: Double) {
            let variance = log1p(sd * sd / (mean * mean))
            return (log(mean) - variance / 2, variance.squareRoot())
        }
        let cases: [(String, Distribution, @Sendable (Double) -> Double)] = [
            ("uniform 2 … 12", Distribution(.uniform(min: 2, max: 12)), { ($0 - 2) / 10 }),
            ("exponential 15", .exponential(mean: 15), { 1 - exp(-$0 / 15) }),
            ("4 + exponential 8", Distribution(.exponential(mean: 8), shift: 4), { 1 - exp(-($0 - 4) / 8) }),
            ("gamma 12, sd 6", Distribution(.gamma(mean: 12, sd: 6)), gamma(mean: 12, sd: 6)),
            ("gamma 5, sd 9", Distribution(.gamma(mean: 5, sd: 9)), gamma(mean: 5, sd: 9)),
            ("Weibull 10, shape 2", Distribution(.weibull(mean: 10, shape: 2)), weibull(mean: 10, shape: 2)),
            ("Weibull 10, shape 0.7", Distribution(.weibull(mean: 10, shape: 0.7)), weibull(mean: 10, shape: 0.7)),
        ]
        var comparisons = cases.flatMap { name, distribution, cumulative in
            Sample(distribution, name, simulator).comparisons(cumulative)
        }
        for (mean, sd) in [(188.0, 240.0), (7.0, 4)] {
            let (mu, sigma) = lognormal(mean: mean, sd: sd)
            // The variance of so skewed a quantity is estimated badly; that of its logarithm is not.
            var sample = Sample(
                Distribution(.lognormal(mean: mean, sd: sd)),
                "lognormal \(digits(mean)), sd \(digits(sd))",
                simulator
            )
            comparisons.append(sample.mean(exact: mean, "mean"))
            sample.transform { log($0) }
            comparisons.append(sample.mean(exact: mu, "mean of the logarithm"))
            comparisons.append(sample.variance(exact: sigma * sigma, "variance of the logarithm"))
            comparisons.append(sample.fit { StandardNormal.cumulative(($0 - mu) / sigma) })
        }
        comparisons.append(outcomes(simulator))
        return Family(
            title: "Distributions",
            introduction:
                "\(Simulator.replications) samples of each distribution: mean and variance with intervals over the "
                + "samples, and the Kolmogorov–Smirnov distance √N·D of all numbers from the distribution function with "
                + "known parameters. Its interval column holds the p-value, its standard errors are those of a normal "
                + "number with the same two-sided p-value.",
            comparisons: comparisons
        )
    }

    /// The outcomes of independent attempts.
    private static func outcomes(_ simulator: Simulator) -> Comparison {
        let probabilities = [0.05, 0.2, 0.25, 0.4, 0.1]
        let outcomes = OutcomeProbabilities(
            dialTone: probabilities[0],
            busySignal: probabilities[1],
            noAnswer: probabilities[2],
            answer: probabilities[3],
            voicemail: probabilities[4]
        )
        let stream = RandomStream(seed: Simulator.seed(of: "outcomes"))
        var counts = [Int](repeating: 0, count: 5)
        for attempt in 0..<UInt64(1_000_000 * simulator.scale) {
            var draws = stream.draws(index: attempt, purpose: DrawPurpose.outcome.rawValue)
            counts[Int(outcomes.outcome(at: draws.uniform()).rawValue)] += 1
        }
        let fit = GoodnessOfFit(observed: counts, probabilities: probabilities)
        return Comparison(
            "outcomes",
            "0.05, 0.2, 0.25, 0.4, 0.1",
            "χ² of \(fit.degreesOfFreedom) degrees of freedom",
            statistic: fit.statistic,
            pValue: fit.pValue,
            source: "Pearson 1900"
        )
    }
}
