/// The counter-based random number generator Philox4x32-10.
///
/// A block of four random words is a function of a counter and a key alone, so any block can be computed without those
/// before it. Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC '11,
/// doi:10.1145/2063384.2063405.
public enum Philox4x32 {
    /// Returns the block of four words that belongs to a counter under a key.
    ///
    /// - Parameters:
    ///   - counter: Four words, the first the least significant.
    ///   - key: Two words.
    /// - Returns: Four words, each uniform on 0…2³²−1.
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
