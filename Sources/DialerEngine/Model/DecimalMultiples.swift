/// The multiples of a ``DecimalFactor``, rounded down, without the slow division.
///
/// It multiplies by `⌊2⁶²/d⌋ + 1` and drops 62 bits: that exceeds `n/d` by at most `n/2⁶²`, less than the distance of at
/// least 1/d to the next integer for every n below `2⁶²/d`. Larger ones are divided.
struct DecimalMultiples: Hashable, Sendable {
    private let factor: DecimalFactor
    private let limit: UInt64

    /// Prepares a factor.
    init(of factor: DecimalFactor) {
        self.factor = factor
        limit = (1 << 62) / UInt64(factor.denominator)
    }

    /// Returns the product with a count, the same as ``DecimalFactor/roundedDown(times:)``.
    @inline(__always)
    func roundedDown(times count: Int) -> Int {
        let product = UInt64(bitPattern: Int64(factor.numerator &* count))
        guard product < limit else { return factor.roundedDown(times: count) }
        let (high, low) = product.multipliedFullWidth(by: limit &+ 1)
        return Int(truncatingIfNeeded: high &<< 2 | low &>> 62)
    }
}
