import Statistics
import Testing

@Suite("TotalVariation", .timeLimit(.minutes(15)))
struct TotalVariationTests {
    @Test func distances() {
        #expect(TotalVariation.distance([0.2, 0.8], [0.2, 0.8]) == 0)
        #expect(TotalVariation.distance([1, 0], [0, 1]) == 1)
        #expect(abs(TotalVariation.distance([0.1, 0.2, 0.7], [0.3, 0.2, 0.5]) - 0.2) < 1e-15)
        #expect(TotalVariation.distance([], []) == 0)
    }
}
