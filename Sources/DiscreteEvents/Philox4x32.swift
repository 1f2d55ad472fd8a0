/// The counter-based random number generator Philox4x32-10.
///
/// A block of four random words is a function of a counter and a key alone, so any block can be computed without those
/// before it. Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC '11,
/// doi:10.1145/2063384.2063405.
public enum Philox4x32 {
    /// Returns the four uniform words that belong to a counter, least significant word first, and a key.
    @inlinable
    public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var (c0, c1, c2, c3) = (counter.x, counter.y, counter.z, counter.w)
        var (k0, k1) = (key.x, key.y)
        var round = 0
        while round < 10 {
            let product0 = 0xD251_1F53 &* UInt64(c0)
            let product1 = 0xCD9E_8D57 &* UInt64(c2)
            c0 = UInt32(truncatingIfNeeded: product1 &>> 32) ^ c1 ^ k0
            c1 = UInt32(truncatingIfNeeded: product1)
            c2 = UInt32(truncatingIfNeeded: product0 &>> 32) ^ c3 ^ k1
            c3 = UInt32(truncatingIfNeeded: product0)
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
            round &+= 1
        }
        return SIMD4(c0, c1, c2, c3)
    }
}

extension Philox4x32 {
    /// Returns the first 64-bit number of eight blocks at once.
    ///
    /// Lane for lane the words 0 (low) and 1 (high) of ``block(counter:key:)`` for the counter (low word of the index,
    /// high word of the index, purpose, 0).
    @inlinable
    static func firstNumbers(
        of indexes: SIMD8<UInt64>,
        purpose: UInt32,
        key: SIMD2<UInt32>
    ) -> SIMD8<UInt64> {
        // Two halves: the state of each fits the registers of every x86-64 and arm64 processor.
        SIMD8(
            lowHalf: firstNumbers(of: indexes.lowHalf, purpose: purpose, key: key),
            highHalf: firstNumbers(of: indexes.highHalf, purpose: purpose, key: key)
        )
    }

    /// A lane of 64 bits holds a word in its lower half, as the multiplication needs it; the upper half is ignored.
    @inlinable
    @inline(__always)
    static func firstNumbers(
        of indexes: SIMD4<UInt64>,
        purpose: UInt32,
        key: SIMD2<UInt32>
    ) -> SIMD4<UInt64> {
        let low = SIMD4<UInt64>(repeating: 0xFFFF_FFFF)
        let multiplier0 = SIMD4<UInt64>(repeating: 0xD251_1F53)
        let multiplier1 = SIMD4<UInt64>(repeating: 0xCD9E_8D57)
        var c0 = indexes
        var c1 = indexes &>> 32
        var c2 = SIMD4<UInt64>(repeating: UInt64(purpose))
        var c3 = SIMD4<UInt64>(repeating: 0)
        var k0 = SIMD4<UInt64>(repeating: UInt64(key.x))
        var k1 = SIMD4<UInt64>(repeating: UInt64(key.y))

        @inline(__always)
        func round() {
            let product0 = (c0 & low) &* multiplier0
            let product1 = (c2 & low) &* multiplier1
            c0 = (product1 &>> 32) ^ c1 ^ k0
            c1 = product1
            c2 = (product0 &>> 32) ^ c3 ^ k1
            c3 = product0
            k0 &+= SIMD4(repeating: 0x9E37_79B9)
            k1 &+= SIMD4(repeating: 0xBB67_AE85)
        }
        // Ten calls instead of a loop: in a loop the compiler packs the words at the end of each round.
        round()
        round()
        round()
        round()
        round()
        round()
        round()
        round()
        round()
        round()
        return (c0 & low) | (c1 &<< 32)
    }
}
