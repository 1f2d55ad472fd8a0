import Statistics
import Testing

@Suite("FixedHistogram", .timeLimit(.minutes(15)))
struct FixedHistogramTests {
    /// Half of the values are 0, the others uniform on 0…4; sample quantiles from NumPy (`inverted_cdf`).
    @Test(arguments: [
        (0.25, 0), (0.5, 0), (0.6, 0.753_837_492_092_935_2), (0.95, 3.596_415_316_454_909_7),
        (0.999, 3.989_370_139_827_512_3), (1, 3.999_042_995_166_384),
    ])
    func quantilesAreWithinABinWidth(probability: Double, expected: Double) throws {
        var generator = SplitMix64(seed: 21)
        var histogram = FixedHistogram(range: 0...5, bins: 500)
        for _ in 0..<20_000 { histogram.add(max(0, (generator.uniform() - 0.5) * 8)) }
        let quantile = try #require(histogram.quantile(probability))
        #expect(abs(quantile - expected) <= histogram.binWidth + 1e-12)
        if expected == 0 { #expect(quantile == 0) }
    }

    @Test func interpolatesWithinABin() {
        var histogram = FixedHistogram(range: 0...10, bins: 10)
        for _ in 0..<4 { histogram.add(2.5) }
        histogram.add(10)
        #expect(histogram.quantile(0) == 2)
        #expect(histogram.quantile(0.2) == 2.25)
        #expect(histogram.quantile(0.8) == 3)
        #expect(histogram.quantile(0.9) == 9.5)
        #expect(histogram.quantile(1) == 10)
    }

    @Test func anEdgeBelongsToTheBinBelowIt() {
        var histogram = FixedHistogram(range: 0...10, bins: 5)
        for value in [0, 2, 2.000_1, 4, 10] { histogram.add(value) }
        #expect(histogram.atLowerBound == 1 && histogram.bins == [1, 2, 0, 0, 1])
        #expect(histogram.count == 5 && histogram.maximum == 10)
    }

    /// A patience of exactly two seconds is not reported as more.
    @Test func neverExceedsTheLargestValue() {
        var histogram = FixedHistogram(range: 0...60, bins: 6000)
        for _ in 0..<100 { histogram.add(1.995) }
        #expect(histogram.quantile(0.95) == 1.995)
    }

    @Test func outsideTheRange() {
        var histogram = FixedHistogram(range: 0...1, bins: 4)
        for value in [-3, -1, 5.0, 9] { histogram.add(value) }
        #expect(histogram.atLowerBound == 2 && histogram.aboveUpperBound == 2)
        #expect(histogram.quantile(0) == 0 && histogram.quantile(0.5) == 0)
        #expect(histogram.quantile(0.75) == 5 && histogram.quantile(1) == 9)
        var low = FixedHistogram(range: 0...1, bins: 4)
        low.add(-2)
        #expect(low.quantile(1) == 0)
        #expect(FixedHistogram(range: 0...1, bins: 4).quantile(0.5) == nil)
    }

    @Test func mergingIsExactInAnyOrder() {
        var generator = SplitMix64(seed: 2)
        var parts = [FixedHistogram](repeating: FixedHistogram(range: 0...1, bins: 64), count: 3)
        var whole = FixedHistogram(range: 0...1, bins: 64)
        for index in 0..<3000 {
            let value = generator.uniform() * 1.2 - 0.1
            whole.add(value)
            parts[index % 3].add(value)
        }
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
            var merged = FixedHistogram(range: 0...1, bins: 64)
            for index in order { merged.merge(parts[index]) }
            #expect(merged == whole)
        }
    }
}
