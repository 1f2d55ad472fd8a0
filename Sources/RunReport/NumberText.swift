package import ExactJSON

/// Numbers for people, the same in every locale.
package enum NumberText {
    /// A number with `digits` digits after the point, halves rounded away from zero.
    package static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "−∞" : "∞" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (value.magnitude * scale).rounded()
        guard scaled < 9e15 else { return "\(value)" }
        let whole = Int64(scaled)
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard digits > 0 else { return sign + String(whole) }
        let divisor = Int64(scale)
        let fraction = String(whole % divisor)
        return sign + String(whole / divisor) + "." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// A number with at most `digits` digits after the point, without trailing zeros.
    package static func short(_ value: Double, _ digits: Int) -> String {
        var text = fixed(value, digits)
        guard digits > 0, text.contains(".") else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// A share as a percentage such as `42 %` or `3.4 %`.
    package static func percent(_ share: Double) -> String { short(share * 100, 1) + " %" }

    /// A probability as a percentage: exactly as it was written, or rounded if that is long.
    package static func percent(_ probability: ExactDecimal) -> String {
        let hundredfold = ExactDecimal(probability.description + "e2")?.description ?? ""
        return (1...8).contains(hundredfold.count)
            ? hundredfold + " %" : "≈ " + short(probability.doubleValue * 100, 4) + " %"
    }

    /// An interval of shares such as `29–56 %`; `digits` after the point.
    package static func percentRange(_ low: Double, _ high: Double, digits: Int) -> String {
        fixed(low * 100, digits) + "–" + fixed(high * 100, digits) + " %"
    }

    /// A p-value with two significant digits, or `< 0.000001`.
    package static func pValue(_ value: Double) -> String {
        if value == 0 { return "0" }
        if value < 1e-6 { return "< 0.000001" }
        var digits = 2
        var scale = 10.0
        while value * scale < 1, digits < 7 {
            digits += 1
            scale *= 10
        }
        return fixed(value, digits)
    }

    /// A count with thin groups of three digits, such as `12 345`; four digits stay together.
    package static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        guard digits.count > 4 else { return String(value) }
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append("\u{202F}") }
            text.append(digit)
        }
        return text
    }

    /// A count and its noun, such as `1 call` or `2 calls`.
    package static func count(_ value: Int, _ noun: String) -> String {
        "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
    }
}
