import Statistics
import Testing

/// References: the definition, evaluated for every truncation in NumPy.
@Suite("MSER5", .timeLimit(.minutes(15)))
struct MSER5Tests {
    struct Reference: Sendable {
        var seed: UInt64
        var count: Int
        /// How far the first member is above the later ones.
        var height: Double
        /// How many members the excess takes to vanish, linearly.
        var warmUp: Double
        var minimum: Double
        var advice: MSER5.Advice

        var series: [Double] {
            var generator = SplitMix64(seed: seed)
            return (0..<count).map { height * max(0, 1 - Double($0) / warmUp) + generator.uniform() }
        }
    }

    static let references = [
        Reference(
            seed: 1,
            count: 1000,
            height: 3,
            warmUp: 100,
            minimum: 9.897_348_256_776_219e-5,
            advice: .truncate(count: 95)
        ),
        Reference(
            seed: 2,
            count: 1000,
            height: 0,
            warmUp: 1,
            minimum: 7.403_771_213_671_666e-5,
            advice: .truncate(count: 0)
        ),
        Reference(
            seed: 3,
            count: 403,
            height: 5,
            warmUp: 60,
            minimum: 0.000_230_317_059_528_359_33,
            advice: .truncate(count: 60)
        ),
        Reference(
            seed: 4,
            count: 200,
            height: 10,
            warmUp: 190,
            minimum: 0.111_619_662_010_467_47,
            advice: .lengthenRun
        ),
        Reference(
            seed: 5,
            count: 300,
            height: 2,
            warmUp: 1000,
            minimum: 0.000_599_732_378_922_406_9,
            advice: .truncate(count: 35)
        ),
        Reference(
            seed: 6,
            count: 2000,
            height: 1,
            warmUp: 500,
            minimum: 5.474_324_700_994_153e-5,
            advice: .truncate(count: 450)
        ),
    ]

    @Test(arguments: references)
    func agreesWithTheDefinition(_ reference: Reference) {
        let result = MSER5(reference.series)
        #expect(result.advice == reference.advice)
        #expect(result.batches == reference.count / 5)
        #expect(abs(result.minimum / reference.minimum - 1) < 1e-12)
    }

    @Test(arguments: [0, 4, 5, 9])
    func tooShort(count: Int) {
        #expect(MSER5([Double](repeating: 1, count: count)).advice == .lengthenRun)
    }

    @Test func aConstantSeriesNeedsNoTruncation() {
        #expect(MSER5([Double](repeating: 0.1, count: 100)).advice == .truncate(count: 0))
    }
}
