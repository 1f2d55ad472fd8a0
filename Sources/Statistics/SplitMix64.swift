/// A small sequential random number generator for Monte Carlo tests.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA '14,
/// doi:10.1145/2660193.2660195.
package struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// Returns the next 64 random bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z &>> 31)
    }

    /// Returns a number uniform on 0 ..< 1, a multiple of 2⁻⁵³.
    package mutating func uniform() -> Double { Double(next() &>> 11) * 0x1p-53 }
}
