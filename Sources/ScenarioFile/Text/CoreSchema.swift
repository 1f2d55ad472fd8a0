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

    /// The JSON literal of a number, or `nil` where the text is none.
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

    /// The decimal literal of `0x1F` or `0o17`; one beyond 64 bits stays as it is and is no number to any rule.
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
