/// The random numbers of one entity for one purpose, in order.
///
/// The counter of ``Philox4x32`` is (low 32 bits of the index, high 32 bits of the index, purpose, block number). A
/// block gives two 64-bit numbers, the first from its words 0 (low) and 1 (high), the second from words 2 and 3.
/// There are 2³³ numbers before they repeat.
public struct RandomDraws: RandomNumberGenerator, Sendable {
    /// What is known about the current block.
    @usableFromInline
    enum BlockState: UInt8, Sendable {
        /// Nothing; its first number comes next.
        case unknown
        /// Its first number, computed in advance; it comes next.
        case firstKnown
        /// Nothing; its first number has been taken.
        case firstTaken
        /// Its second number; it comes next.
        case secondKnown
    }

    @usableFromInline let key: SIMD2<UInt32>
    @usableFromInline var counter: SIMD4<UInt32>
    @usableFromInline var known: UInt64 = 0
    @usableFromInline var block = BlockState.unknown

    @inlinable
    init(key: SIMD2<UInt32>, index: UInt64, purpose: UInt32) {
        self.key = key
        let low = UInt32(truncatingIfNeeded: index)
        let high = UInt32(truncatingIfNeeded: index &>> 32)
        counter = SIMD4(low, high, purpose, 0)
    }

    /// Creates the draws of an entity and purpose whose first number is known.
    @inlinable
    init(key: SIMD2<UInt32>, index: UInt64, purpose: UInt32, first: UInt64) {
        self.init(key: key, index: index, purpose: purpose)
        known = first
        block = .firstKnown
    }

    /// Returns the next 64 random bits.
    @inlinable
    public mutating func next() -> UInt64 {
        if block == .firstKnown {
            block = .firstTaken
            return known
        }
        return nextOfBlock()
    }

    @inlinable
    mutating func nextOfBlock() -> UInt64 {
        if block == .secondKnown {
            block = .unknown
            return known
        }
        let words = Philox4x32.block(counter: counter, key: key)
        counter.w &+= 1
        let second = UInt64(words.z) | UInt64(words.w) &<< 32
        if block == .firstTaken {
            block = .unknown
            return second
        }
        known = second
        block = .secondKnown
        return UInt64(words.x) | UInt64(words.y) &<< 32
    }

    /// Returns a number uniform on 0 ..< 1, a multiple of 2⁻⁵³.
    @inlinable
    public mutating func uniform() -> Double { Self.uniform(next()) }

    /// Returns a number uniform on the open interval from 0 to 1, an odd multiple of 2⁻⁵³.
    ///
    /// It is never 0 or 1, so its logarithm and that of its complement are finite. (Adding 2⁻⁵⁴ to a multiple of 2⁻⁵³
    /// would round to 1 at the upper end.)
    @inlinable
    public mutating func openUniform() -> Double {
        (Double(next() &>> 12) + 0.5) * 0x1p-52
    }

    /// Returns the number in 0 ..< 1 that the upper 53 bits stand for.
    @inlinable
    static func uniform(_ bits: UInt64) -> Double { Double(Int64(bitPattern: bits &>> 11)) * 0x1p-53 }
}
