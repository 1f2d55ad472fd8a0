import DialerEngine
import ExactJSON

/// The core schema of YAML 1.2 (section 10.3.2): what a plain scalar stands for.
enum CoreSchema {
    /// The value of a plain scalar; numbers become JSON literals, so `+.5` is `0.5` and `0x1F` is `31`.
    ///
    /// `.nan` and `.inf` stay as they are: JSON has no literal for them, and no rule takes them for a number.
    static func value(ofPlain text: String) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        guard let first = text.utf8.first, first < 0x3A else { return .string(text) }
        return number(text).map { .number($0) } ?? .string(text)
    }

    /// The JSON literal of a number, or `nil` if the text is not a number.
    static func number(_ text: String) -> String? {
        if let radixLiteral = radixInteger(text) { return radixLiteral }
        let isSigned = text.hasPrefix("-") || text.hasPrefix("+")
        let sign = text.hasPrefix("-") ? "-" : ""
        let body = isSigned ? text.dropFirst() : Substring(text)
        switch body {
        case ".inf", ".Inf", ".INF": return sign + ".inf"
        case ".nan", ".NaN", ".NAN": return isSigned ? nil : ".nan"
        default: break
        }
        let parts = body.utf8.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == 0x65 || $0 == 0x45 }
        guard let mantissa = parts.first else { return nil }
        let halves = mantissa.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
        let whole = halves[0]
        let fraction = halves.count == 2 ? halves[1] : Substring().utf8[...]
        guard whole.allSatisfy(isDigit), fraction.allSatisfy(isDigit), !(whole.isEmpty && fraction.isEmpty)
        else { return nil }
        var literal = sign
        let significant = whole.drop { $0 == 0x30 }
        literal += significant.isEmpty ? "0" : String(decoding: significant, as: UTF8.self)
        if !fraction.isEmpty { literal += "." + String(decoding: fraction, as: UTF8.self) }
        if parts.count == 2 {
            let power = parts[1]
            let digits = power.first == 0x2B || power.first == 0x2D ? power.dropFirst() : power
            guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
            literal += "e" + String(decoding: power, as: UTF8.self)
        }
        return literal
    }

    /// The decimal literal of `0x1F` or `0o17`; one beyond 64 bits stays as it is, and every rule refuses it.
    private static func radixInteger(_ text: String) -> String? {
        guard text.hasPrefix("0x") || text.hasPrefix("0o") else { return nil }
        let radix = text.hasPrefix("0x") ? 16 : 8
        let digits = text.dropFirst(2)
        guard !digits.isEmpty, digits.unicodeScalars.allSatisfy({ $0.isASCII && isDigit($0, radix: radix) })
        else { return nil }
        return UInt64(digits, radix: radix).map(String.init) ?? text
    }

    private static func isDigit(_ scalar: UnicodeScalar, radix: Int) -> Bool {
        Character(scalar).hexDigitValue.map { $0 < radix } ?? false
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

/// Durations as people write them: `250ms`, `2s`, `5m`, `8h`, `1h30m`, `7d`, or a plain number of seconds.
public enum DurationText {
    /// The longest duration, in seconds (some 31 years), so that times computed from it stay ordinary dates.
    public static let maximumSeconds = Bounds.duration.upper

    /// The seconds that a text stands for; `nil` if it is not a duration, is negative or is longer than ``maximumSeconds``.
    public static func seconds(_ text: String) -> Double? {
        guard let seconds = magnitude(text), seconds <= maximumSeconds else { return nil }
        return seconds
    }

    /// The seconds of a text without a sign, of any size.
    static func magnitude(_ text: String) -> Double? {
        guard let first = text.utf8.first, first != 0x2D, first != 0x2B else { return nil }
        if let literal = CoreSchema.number(text), let number = ExactDecimal(literal) { return number.doubleValue }
        var rest = Substring(text).utf8[...]
        var total = 0.0
        var lastUnit = units.count
        while !rest.isEmpty {
            let number = rest.prefix { (0x30...0x39).contains($0) || $0 == 0x2E }
            let unitText = rest.dropFirst(number.count).prefix { (0x61...0x7A).contains($0) }
            guard let literal = CoreSchema.number(String(decoding: number, as: UTF8.self)),
                let value = ExactDecimal(literal)?.doubleValue,
                let unit = units.firstIndex(where: { unitText.elementsEqual($0.name.utf8) }), unit < lastUnit
            else { return nil }
            // 250 / 1000 is the double nearest to 0.25; 250 × 0.001 need not be.
            total += units[unit].name == "ms" ? value / 1_000 : value * units[unit].seconds
            lastUnit = unit
            rest = rest.dropFirst(number.count + unitText.count)
        }
        return total
    }

    /// What a message asks for.
    static let wanted = "a duration such as 250ms, 2s, 1h30m or a number of seconds"

    /// The units in rising order; in a text they fall, each at most once.
    private static let units: [(name: String, seconds: Double)] = [
        ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400),
    ]
}

/// Shares of a whole as people write them, `3%` or `0.03`, kept as exact decimals.
enum RateText {
    /// The share that a text stands for, of any size and sign; `nil` if it is not a share.
    static func value(_ text: String) -> ExactDecimal? {
        guard text.hasSuffix("%") else { return CoreSchema.number(text).flatMap { ExactDecimal($0) } }
        let number = text.dropLast()
        guard number.utf8.allSatisfy({ $0 != 0x65 && $0 != 0x45 }), let literal = CoreSchema.number(String(number))
        else { return nil }
        return ExactDecimal(literal + "e-2")
    }
}

/// Reads an age, such as 30d: a duration that may also be in weeks.
package enum AgeText {
    /// The milliseconds that a text stands for; `nil` if it is not an age.
    package static func milliseconds(_ text: String) -> Int64? {
        let isWeeks = text.last == "w"
        let seconds = isWeeks ? Double(text.dropLast()).map { $0 * 604_800 } : DurationText.seconds(text)
        guard let seconds, seconds.isFinite, seconds >= 0, seconds < 1e10 else { return nil }
        return Int64(seconds * 1000)
    }
}
