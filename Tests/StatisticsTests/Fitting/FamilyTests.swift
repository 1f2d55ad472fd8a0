import RealModule
import Testing

@testable import Statistics

/// Tails, quantiles and their derivatives of the families that durations are fitted with.
@Suite("Families of durations")
struct FamilyTests {
    static let models: [DurationModel] = [
        DurationModel(.exponential, location: 3),
        DurationModel(.gamma, location: 3, form: Double.log(0.3)),
        DurationModel(.gamma, location: 3, form: Double.log(1)),
        DurationModel(.gamma, location: 3, form: Double.log(7.5)),
        DurationModel(.gamma, location: 3, form: Double.log(900), shift: 2),
        DurationModel(.lognormal, location: 4, form: Double.log(0.9)),
        DurationModel(.lognormal, location: 1, form: Double.log(0.05), shift: 7),
        DurationModel(.weibull, location: 2, form: Double.log(0.6)),
        DurationModel(.weibull, location: 2, form: Double.log(2.5), shift: 1),
    ]

    @Test("known values")
    func knownValues() {
        // 1 − e⁻²; Γ(2, 3)/Γ(2) = 4e⁻³; Φ(1); 1 − exp(−2²).
        #expect(abs(DurationModel(.exponential, location: 0).cumulative(2) - 0.864_664_716_763_387_3) < 1e-15)
        let gamma = DurationModel(.gamma, location: Double.log(2), form: Double.log(2))
        #expect(abs(gamma.survival(3) - 4 * Double.exp(-3)) < 1e-14)
        let lognormal = DurationModel(.lognormal, location: 2, form: Double.log(0.5))
        #expect(abs(lognormal.cumulative(Double.exp(2.5)) - 0.841_344_746_068_542_9) < 1e-15)
        let weibull = DurationModel(.weibull, location: 0, form: Double.log(2))
        #expect(abs(weibull.survival(2) - Double.exp(-4)) < 1e-16)
        // ψ(1) = −γ, ψ(1/2) = −γ − 2 log 2.
        #expect(abs(SpecialFunctions.digamma(1) + 0.577_215_664_901_532_9) < 1e-14)
        #expect(abs(SpecialFunctions.digamma(0.5) + 1.963_510_026_021_423_5) < 1e-14)
        // The logarithm of a normal tail of which the probability underflows: −802.608… of 40.
        #expect(abs(StandardNormal.logTail(40) + 804.608_442_013_754_1) < 1e-9)
    }

    @Test("mean and standard deviation are those of the quantiles", arguments: models)
    func moments(_ model: DurationModel) {
        let count = 200_000
        var (sum, squares) = (0.0, 0.0)
        for place in 0..<count {
            let value = model.quantile((Double(place) + 0.5) / Double(count))
            sum += value
            squares += value * value
        }
        let mean = sum / Double(count)
        #expect(abs(mean / model.mean - 1) < 1e-3)
        let deviation = (squares / Double(count) - mean * mean).squareRoot()
        #expect(abs(deviation / model.standardDeviation - 1) < 2e-2)
    }

    @Test("a quantile has its probability", arguments: models)
    func quantiles(_ model: DurationModel) {
        for probability in [1e-6, 0.01, 0.3, 0.5, 0.8, 0.999, 1 - 1e-9] {
            #expect(abs(model.cumulative(model.quantile(probability)) - probability) < 1e-11 + 1e-9 * probability)
        }
    }

    @Test("the likelihood's gradient is that of its differences", arguments: models)
    func gradients(_ model: DurationModel) {
        let edges = [0, model.shift + 0.2] + [0.02, 0.2, 0.4, 0.6, 0.9, 0.99].map { model.quantile($0) }.sorted()
        var counts = CellCounts(
            edges: edges.sorted(),
            counts: edges.indices.map { $0 == 0 ? 0 : 3 + $0 },
            shiftLimit: 1e9
        )
        counts.censored = [CellCounts.Censored(edge: 4, count: 5), CellCounts.Censored(edge: 7, count: 2)]
        let point = counts.likelihood(of: model)
        func slope(width: Double = 1e-5, _ change: (inout DurationModel, Double) -> Void) -> Double {
            var (low, high) = (model, model)
            change(&low, -width)
            change(&high, width)
            return (counts.likelihood(of: high).value - counts.likelihood(of: low).value) / (2 * width)
        }
        let scale = 1 + abs(point.value)
        #expect(abs(point.gradient.location - slope { $0.location += $1 }) < 1e-4 * scale)
        if model.family != .exponential { #expect(abs(point.gradient.form - slope { $0.form += $1 }) < 1e-4 * scale) }
        #expect(abs(point.gradient.shift - slope(width: 1e-8) { $0.shift += $1 }) < 1e-3 * scale)
    }
}
