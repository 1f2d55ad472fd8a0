import RealModule
import Testing

@testable import Statistics

/// Samples that lead a search astray, and small ones that can be checked by hand.
@Suite("Samples that are hard to fit", .timeLimit(.minutes(15)))
struct HardSampleTests {
    @Test("voicemail near normal(22, 2): the shift stays below the smallest value, and the mean is that of the values")
    func voicemail() throws {
        var generator = SplitMix64(seed: 3)
        let sample = RoundedSample(
            milliseconds: (0..<500).map { _ in
                Int((22 + 2 * StandardNormal.quantile(max(1e-15, generator.uniform()))).rounded()) * 1000
            }
        )
        let data = DurationData(sample)
        let candidates = data.candidates()
        for fit in candidates {
            #expect(fit.model.shift >= 0 && fit.model.shift < sample.smallest + 0.5)
            #expect(fit.logLikelihood.isFinite)
        }
        let best = try #require(data.best(of: candidates))
        #expect(abs(best.model.mean / sample.mean - 1) < 0.005)
        #expect(KolmogorovTest(best, to: sample, seed: 1).pValue > 0.001)
    }

    @Test("100 abandonments, 60 of them at once: the median is between 0 and 1 s")
    func atOnce() throws {
        let abandoned = RoundedSample(milliseconds: (0..<100).map { $0 < 60 ? 0 : $0 < 85 ? 1000 : 2000 })
        let taken = RoundedSample(milliseconds: Array(repeating: 0, count: 900))
        for censored in [nil, taken] {
            let data = DurationData(abandoned, censored: censored)
            let best = try #require(data.best(of: data.candidates()))
            let median = best.model.quantile(0.5)
            #expect(median > 0 && median < 1, "\(best.model)")
        }
    }

    @Test("an exponential mean by hand")
    func exponential() {
        // With y = e^(−1/2λ) the cells [0, ½) and [½, 1½) have the probabilities 1 − y and y(1 − y²).
        let sample = RoundedSample(milliseconds: [0, 0, 1000])
        let fit = DurationData(sample).fit(.exponential)
        // The derivative of 2 log(1 − y) + log y + log(1 − y²) vanishes.
        let y = Double.exp(-1 / (2 * Double.exp(fit.model.location)))
        let slope = -2 / (1 - y) + 1 / y - 2 * y / (1 - y * y)
        #expect(abs(slope) < 1e-3)
    }

    @Test("a censored exponential mean is the time waited for each abandonment")
    func censoredExponential() {
        // On a fine grid the maximum is Σ times / events: (1 + 2 + 3 + 4 · 10) / 3.
        let fit = DurationData(
            RoundedSample(milliseconds: [1001, 1999, 3000]),
            censored: RoundedSample(milliseconds: [10_000, 10_000, 10_000, 10_000])
        ).fit(.exponential)
        #expect(abs(Double.exp(fit.model.location) - 46.0 / 3) < 1e-3)
    }

    @Test(
        "values that tell too little name no family",
        arguments: [[25_000], [24_000, 25_000], [0, 0, 0], [5, 5, 7_000_000]]
    )
    func tooFewDistinctValues(_ pattern: [Int]) {
        let sample = RoundedSample(milliseconds: (0..<90).map { pattern[$0 % pattern.count] })
        let data = DurationData(sample)
        for fit in data.candidates() where fit.isIdentified {
            #expect(fit.parameterCount < sample.entries.count)
        }
    }

    @Test("an outlier a thousand times as large is survived")
    func outlier() throws {
        var generator = SplitMix64(seed: 3)
        let values = (0..<300).map { _ in Int(-20 * Double.log(1 - generator.uniform())) * 1000 }
        let data = DurationData(RoundedSample(milliseconds: values + [60_000_000]))
        for fit in data.candidates() { #expect(fit.logLikelihood.isFinite, "\(fit)") }
    }

    @Test("an unbounded density at the shift is held by the probability of its cell")
    func shapeBelowOne() throws {
        let model = DurationModel(.gamma, location: 3, form: Double.log(0.3), shift: 5)
        var generator = SplitMix64(seed: 8)
        let sample = RoundedSample(
            milliseconds: (0..<500).map { _ in Int((model.quantile(max(1e-12, generator.uniform())) * 1000).rounded()) }
        )
        let data = DurationData(sample)
        let fit = data.fitShifted(.gamma, from: data.fit(.gamma).model)
        #expect(abs(fit.model.shift - 5) < 0.01 && abs(fit.model.form - model.form) < 0.3)
    }
}
