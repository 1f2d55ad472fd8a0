import DiscreteEvents
import Testing

@Suite("Philox4x32", .timeLimit(.minutes(5)))
struct Philox4x32Tests {
    /// Known answers distributed with Random123 (Salmon et al., SC '11).
    static let knownAnswers: [(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, block: SIMD4<UInt32>)] = [
        (SIMD4(repeating: 0), SIMD2(repeating: 0), SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
        (
            SIMD4(repeating: .max), SIMD2(repeating: .max),
            SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
        ),
        (
            SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), SIMD2(0xa409_3822, 0x299f_31d0),
            SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
        ),
    ]

    @Test func knownAnswersAreReproduced() {
        for answer in Self.knownAnswers {
            #expect(Philox4x32.block(counter: answer.counter, key: answer.key) == answer.block)
        }
    }

    @Test func streamPlacesIndexPurposeAndBlockInTheCounter() {
        let stream = RandomStream(seed: 0xa409_3822, replication: 0x299f_31d0)
        var draws = stream.draws(index: 0x85a3_08d3_243f_6a88, purpose: 0x1319_8a2e)
        var expected: [UInt64] = []
        for block in 0..<3 as Range<UInt32> {
            let words = Philox4x32.block(
                counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, block),
                key: SIMD2(0xa409_3822, 0x299f_31d0)
            )
            expected += [UInt64(words.x) | UInt64(words.y) << 32, UInt64(words.z) | UInt64(words.w) << 32]
        }
        #expect((0..<6).map { _ in draws.next() } == expected)
    }

    @Test func streamWithZeroKeyStartsWithTheKnownAnswer() {
        var draws = RandomStream(seed: 0).draws(index: 0, purpose: 0)
        #expect(draws.next() == 0xe169_c58d_6627_e8d5)
        #expect(draws.next() == 0x9b00_dbd8_bc57_ac4c)
    }
}
