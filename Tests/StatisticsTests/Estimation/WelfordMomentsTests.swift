import Statistics
import Testing

@Suite("WelfordMoments", .timeLimit(.minutes(15)))
struct WelfordMomentsTests {
    @Test func survivesALargeOffset() throws {
        let moments = WelfordMoments([4, 7, 13, 16].map { 1e9 + $0 })
        #expect(moments.count == 4 && moments.mean == 1e9 + 10)
        #expect(try #require(moments.variance) == 30)
    }

    @Test func fewValues() {
        #expect(WelfordMoments().variance == nil && WelfordMoments().mean == 0)
        #expect(WelfordMoments([3]).variance == nil && WelfordMoments([3]).mean == 3)
        #expect(WelfordMoments([3, 3]).variance == 0)
    }

    @Test(arguments: [0, 1, 2, 17, 500, 999, 1000])
    func mergedPartsEqualTheWhole(split: Int) throws {
        var generator = SplitMix64(seed: 9)
        let values = (0..<1000).map { _ in 100 + generator.uniform() }
        let whole = WelfordMoments(values)
        var merged = WelfordMoments(values[..<split])
        merged.merge(WelfordMoments(values[split...]))
        #expect(merged.count == whole.count && abs(merged.mean - whole.mean) < 1e-12)
        #expect(abs(try #require(merged.variance) / (try #require(whole.variance)) - 1) < 1e-11)
    }
}
