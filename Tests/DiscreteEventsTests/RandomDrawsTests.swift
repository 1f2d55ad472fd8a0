import DiscreteEvents
import Testing

@Suite("RandomDraws", .timeLimit(.minutes(5)))
struct RandomDrawsTests {
    let stream = RandomStream(seed: 2024, replication: 7)

    @Test func drawsDependOnEveryPartOfTheirPlace() {
        func first(_ seed: UInt32, _ replication: UInt32, _ index: UInt64, _ purpose: UInt32) -> UInt64 {
            var draws = RandomStream(seed: seed, replication: replication).draws(index: index, purpose: purpose)
            return draws.next()
        }
        let numbers = [
            first(1, 0, 0, 0), first(0, 1, 0, 0), first(0, 0, 1, 0), first(0, 0, 1 << 32, 0), first(0, 0, 0, 1),
            first(0, 0, 0, 0),
        ]
        #expect(Set(numbers).count == numbers.count)
        #expect(first(3, 1, 9, 2) == first(3, 1, 9, 2))
    }

    @Test func uniformIsTheTopFiftyThreeBits() {
        var bits = stream.draws(index: 5, purpose: 1)
        var draws = bits
        for _ in 0..<1000 {
            let uniform = draws.uniform()
            #expect(uniform == Double(bits.next() >> 11) / 9_007_199_254_740_992)
            #expect(uniform >= 0 && uniform < 1)
        }
    }

    @Test func openUniformIsInsideTheOpenInterval() {
        var draws = stream.draws(index: 5, purpose: 1)
        for _ in 0..<1000 {
            let uniform = draws.openUniform()
            #expect(uniform > 0 && uniform < 1)
        }
        // The extreme bit patterns, by the same arithmetic.
        #expect((Double(UInt64.max &>> 12) + 0.5) * 0x1p-52 < 1)
        #expect((Double(0) + 0.5) * 0x1p-52 > 0)
    }

    /// D·√n of 4,000 uniform numbers; the 0.1 % point of its limit distribution is 1.95.
    @Test(arguments: [0, 1, 2] as [UInt32])
    func numbersOfManyIndexesAreUniform(purpose: UInt32) {
        let numbers = (0..<4000 as Range<UInt64>).map { index in
            var draws = stream.draws(index: index, purpose: purpose)
            return draws.uniform()
        }
        #expect(kolmogorovSmirnov(numbers) { $0 } < 1.95)
    }
}
