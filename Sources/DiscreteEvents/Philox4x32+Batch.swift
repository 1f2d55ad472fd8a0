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
        // Two halves: their states fit the registers of every x86-64 and arm64 processor.
        SIMD8(
            lowHalf: firstNumbers(of: indexes.lowHalf, purpose: purpose, key: key),
            highHalf: firstNumbers(of: indexes.highHalf, purpose: purpose, key: key)
        )
    }

    /// A lane is 64 bits wide and holds a word in its lower half, as the multiplication to a product of 64 bits wants it;
    /// what stands in the upper half is never looked at.
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
        // Ten rounds, not a loop: in a loop the compiler packs the words at the end of each round.
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
