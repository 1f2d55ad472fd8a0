/// A decimal number exactly as it was written, with any number of digits.
///
/// Sums and comparisons are exact, so `0.05 + 0.55 + 0.30 + 0.10` equals 1.
public struct ExactDecimal: Sendable, CustomStringConvertible {
    /// The digits before any trailing zero, most significant first, 0…9 each; empty for zero.
    private var digits: [UInt8]
    /// The value is 0.d₁d₂d₃… × 10^`exponent`.
    private var exponent: Int
    private var isNegative: Bool

    /// Larger exponents are replaced by this one: for every rule such a number is as good as zero or infinite.
    private static let exponentLimit = 20_000

    /// Zero.
    public static let zero = ExactDecimal(digits: [], exponent: 0, isNegative: false)
    /// One.
    public static let one = ExactDecimal(digits: [1], exponent: 1, isNegative: false)

    private init(digits: [UInt8], exponent: Int, isNegative: Bool) {
        let leading = digits.prefix { $0 == 0 }.count
        let significant = digits.dropFirst(leading)
        let trailing = significant.reversed().prefix { $0 == 0 }.count
        self.digits = Array(significant.dropLast(trailing))
        self.exponent = self.digits.isEmpty ? 0 : exponent - leading
        self.isNegative = !self.digits.isEmpty && isNegative
    }

    /// Reads a decimal literal (`-12.5e-3`); returns nil for any other text, such as `.nan`.
    public init?(_ literal: String) {
        var rest = Substring(literal)
        let isNegative = rest.first == "-"
        if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
        let parts = rest.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        let upper = rest.split(separator: "E", maxSplits: 1, omittingEmptySubsequences: false)
        let (mantissa, power) = parts.count == 2 ? (parts[0], parts[1]) : (upper[0], upper.count == 2 ? upper[1] : "0")
        let halves = mantissa.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let whole = halves[0]
        let fraction = halves.count == 2 ? halves[1] : ""
        guard !(whole.isEmpty && fraction.isEmpty), !power.isEmpty, power != "+", power != "-" else { return nil }
        var digits: [UInt8] = []
        for byte in Array(whole.utf8) + Array(fraction.utf8) {
            guard (0x30...0x39).contains(byte) else { return nil }
            digits.append(byte - 0x30)
        }
        let powerDigits = power.first == "-" || power.first == "+" ? power.dropFirst() : power
        guard powerDigits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        // So large that the digits cannot compensate for it, and small enough for arithmetic.
        let farthest = Self.exponentLimit + digits.count
        let scale =
            Int(power).map { Swift.min(farthest, Swift.max(-farthest, $0)) }
            ?? (power.hasPrefix("-") ? -farthest : farthest)
        self.init(digits: digits, exponent: whole.utf8.count + scale, isNegative: isNegative)
        if abs(exponent) > Self.exponentLimit { exponent = exponent < 0 ? -Self.exponentLimit : Self.exponentLimit }
    }

    /// Creates the decimal of an integer.
    public init(_ value: Int) {
        self.init(
            digits: String(value.magnitude).utf8.map { $0 - 0x30 },
            exponent: String(value.magnitude).utf8.count,
            isNegative: value < 0
        )
    }

    /// Whether the value is zero.
    public var isZero: Bool { digits.isEmpty }

    /// The value if it is integral and fits into an `Int`.
    public var integerValue: Int? {
        guard isIntegral, exponent <= 19 else { return nil }
        let text = digits.map { String($0) }.joined() + String(repeating: "0", count: exponent - digits.count)
        return Int((isNegative ? "-" : "") + (text.isEmpty ? "0" : text))
    }

    /// Whether the value is integral, of any size.
    public var isIntegral: Bool { digits.count <= exponent || isZero }

    /// The nearest binary floating-point value.
    public var doubleValue: Double { Double(description) ?? (isNegative ? -.infinity : .infinity) }

    /// A plain JSON literal of the value.
    public var description: String {
        if isZero { return "0" }
        let sign = isNegative ? "-" : ""
        let text = digits.map { String($0) }.joined()
        if exponent > 40 || exponent < -40 { return "\(sign)0.\(text)e\(exponent)" }
        if exponent <= 0 { return sign + "0." + String(repeating: "0", count: -exponent) + text }
        if digits.count <= exponent { return sign + text + String(repeating: "0", count: exponent - digits.count) }
        let point = text.index(text.startIndex, offsetBy: exponent)
        return sign + text[..<point] + "." + text[point...]
    }
}

extension ExactDecimal: Hashable {}

extension ExactDecimal: Comparable {
    /// Exact comparison.
    public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? magnitudeIsLess(right, left) : magnitudeIsLess(left, right)
    }

    private static func magnitudeIsLess(_ left: ExactDecimal, _ right: ExactDecimal) -> Bool {
        if left.isZero || right.isZero { return left.isZero && !right.isZero }
        if left.exponent != right.exponent { return left.exponent < right.exponent }
        return left.digits.lexicographicallyPrecedes(right.digits)
    }
}

extension ExactDecimal {
    /// The exact sum.
    public static func + (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
        if left.isZero { return right }
        if right.isZero { return left }
        let high = Swift.max(left.exponent, right.exponent)
        let low = Swift.min(left.exponent - left.digits.count, right.exponent - right.digits.count)
        let (large, small) = magnitudeIsLess(left, right) ? (right, left) : (left, right)
        let sign = large.isNegative == small.isNegative ? 1 : -1
        // One more leading digit for the carry, which is -1 if a digit was borrowed.
        var digits = [0] + large.aligned(high, low)
        let addend = small.aligned(high, low)
        var carry = 0
        for index in addend.indices.reversed() {
            let digit = Int(digits[index + 1]) + sign * Int(addend[index]) + carry
            digits[index + 1] = UInt8((digit + 10) % 10)
            carry = digit < 0 ? -1 : digit / 10
        }
        digits[0] = UInt8(carry)
        return ExactDecimal(digits: digits, exponent: high + 1, isNegative: large.isNegative)
    }

    /// The exact difference.
    public static func - (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
        left + ExactDecimal(digits: right.digits, exponent: right.exponent, isNegative: !right.isNegative)
    }

    private func aligned(_ high: Int, _ low: Int) -> [UInt8] {
        Array(repeating: 0, count: high - exponent) + digits
            + Array(repeating: 0, count: exponent - digits.count - low)
    }
}

extension ExactDecimal {
    /// The value in units of 10⁻ᵖˡᵃᶜᵉˢ, further places cut off; `nil` if that does not fit an `Int`.
    public func units(places: Int) -> Int? {
        let kept = Swift.max(0, Swift.min(digits.count, exponent + places))
        return ExactDecimal(digits: Array(digits.prefix(kept)), exponent: exponent + places, isNegative: isNegative)
            .integerValue
    }
}
