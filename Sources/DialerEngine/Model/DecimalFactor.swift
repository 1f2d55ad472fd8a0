/// A factor exactly as it was written in decimal, so that 1.15 times 100 is 115 and not 114.99….
///
/// Of a number in a scenario nine places after the point are kept.
public struct DecimalFactor: Hashable, Sendable, CustomStringConvertible {
    /// The factor in units of 1 / ``denominator``.
    public let numerator: Int
    /// A power of ten.
    public let denominator: Int

    /// Creates the factor `numerator / denominator`.
    public init(_ numerator: Int, per denominator: Int) {
        precondition(denominator > 0, "a denominator is positive")
        self.numerator = numerator
        self.denominator = denominator
    }

    /// Creates the factor nearest to a number, to nine places after the point.
    public init(_ value: Double) { self.init(billionths: Int((value * 1e9).rounded())) }

    /// Creates the factor `billionths / 10⁹`, in lowest powers of ten.
    public init(billionths: Int) {
        var (numerator, denominator) = (billionths, 1_000_000_000)
        while denominator > 1, numerator.isMultiple(of: 10) {
            numerator /= 10
            denominator /= 10
        }
        self.init(numerator, per: denominator)
    }

    /// The nearest floating-point value.
    public var doubleValue: Double { Double(numerator) / Double(denominator) }

    /// Returns the product with a count, rounded down; the factor is not negative.
    @inline(__always)
    public func roundedDown(times count: Int) -> Int { numerator &* count / denominator }

    /// Returns the product with a count, rounded to the nearest integer and halves up; the factor is not negative.
    public func rounded(times count: Int) -> Int { (2 * numerator * count + denominator) / (2 * denominator) }

    /// Whether `part` is more than this share of `whole`, in integers.
    public func isExceeded(by part: Int, of whole: Int) -> Bool { denominator * part > numerator * whole }

    /// The factor in decimal, such as `1.15`.
    public var description: String {
        let places = String(denominator).utf8.count - 1
        let digits = String(numerator.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.utf8.count)) + digits
        let sign = numerator < 0 ? "-" : ""
        return sign + padded.dropLast(places) + (places == 0 ? "" : "." + padded.suffix(places))
    }
}

/// The multiples of a ``DecimalFactor``, rounded down, without the slow division.
///
/// It multiplies by `⌊2⁶²/d⌋ + 1` and drops 62 bits: that exceeds `n/d` by at most `n/2⁶²`, less than the distance of at
/// least 1/d to the next integer for every n below `2⁶²/d`. Larger ones are divided.
struct DecimalMultiples: Hashable, Sendable {
    private let factor: DecimalFactor
    private let limit: UInt64

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
