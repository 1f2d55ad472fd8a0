/// A factor exactly as it was written in decimal, so that 1.15 times 100 is 115 and not 114.99….
public struct DecimalFactor: Hashable, Sendable {
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

    /// Creates the factor of a decimal literal such as `2.5` or `1e-3`, to nine places after the point.
    ///
    /// Further places are cut off; `nil` where the text is no decimal of that size.
    public init?(_ literal: String) {
        let parts = literal.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        guard let mantissa = parts.first, let power = parts.count == 2 ? Int(parts[1]) : 0, abs(power) <= 30 else {
            return nil
        }
        let isNegative = mantissa.hasPrefix("-")
        let unsigned = isNegative ? mantissa.dropFirst() : mantissa
        let halves = unsigned.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let whole = halves.first.map(String.init) ?? ""
        let fraction = halves.count == 2 ? String(halves[1]) : ""
        let point = whole.count + power
        guard point <= 9, !(whole + fraction).isEmpty else { return nil }
        let digits = String(repeating: "0", count: max(0, -point)) + whole + fraction
        let kept = max(0, point) + 9
        let padded = digits.prefix(kept) + String(repeating: "0", count: max(0, kept - digits.count))
        guard padded.utf8.allSatisfy({ (0x30...0x39).contains($0) }), var scaled = Int(padded) else { return nil }
        var denominator = 1_000_000_000
        while denominator > 1, scaled % 10 == 0 {
            scaled /= 10
            denominator /= 10
        }
        self.init(isNegative ? -scaled : scaled, per: denominator)
    }

    /// Creates the factor whose shortest decimal form is that of a floating-point number below 10⁹.
    public init(_ value: Double) {
        guard let exact = DecimalFactor("\(value)") else { preconditionFailure("\(value) is no factor below 10⁹") }
        self = exact
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
}
