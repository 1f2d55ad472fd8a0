import Addresses
package import DialerEngine
import ExactJSON
import SimulationAPI

extension FormField {
    /// A number within bounds.
    func number(_ bounds: Bounds) -> ExactDecimal? {
        guard let number = number() else { return nil }
        return bounds.contains(number.doubleValue)
            ? number : fail(.fieldRange, "\(name) is \(number.clipped); it must be \(bounds)")
    }

    /// A factor within bounds, to nine places after the point.
    func factor(_ bounds: Bounds) -> DecimalFactor? {
        guard let number = number(bounds) else { return nil }
        let factor = DecimalFactor(number)
        return bounds.contains(factor.doubleValue)
            ? factor
            : fail(.fieldRange, "\(name) is \(number.clipped); it must have at most nine places after the point")
    }

    /// A share of a whole, `3%` or `0.03`.
    func share(_ code: ViolationCode = .fieldRange, _ bounds: Bounds = .share) -> ExactDecimal? {
        let value: ExactDecimal? =
            switch json {
            case .number(let literal): ExactDecimal(literal)
            case .string(let text): RateText.value(text)
            default: nil
            }
        guard let value else { return wrongType("a share such as 3% or 0.03") }
        if value >= .zero, value <= .one, bounds.contains(value.doubleValue) { return value }
        let isPercent = value > .one && value <= ExactDecimal(100)
        let advice = isPercent ? "; \(value.clipped) percent are written \(value.clipped)%" : ""
        return fail(code, "\(name) is \(value.clipped); it must be \(bounds)\(advice)")
    }

    /// A share of answered calls that a policy may abandon.
    func abandonTarget() -> DecimalFactor? { share(.fieldRange, .abandonTarget).map { DecimalFactor($0) } }

    /// A duration in seconds.
    ///
    /// - Parameter allowsZero: Whether 0 is a value that makes sense here.
    func duration(
        allowsZero: Bool = false,
        _ wanted: String = DurationText.wanted,
        _ code: ViolationCode = .fieldRange
    ) -> Double? {
        let text = json.number ?? json.string
        let unsigned = text.map { $0.hasPrefix("-") ? String($0.dropFirst()) : $0 }
        guard let text, let seconds = unsigned.flatMap(DurationText.magnitude) else { return wrongType(wanted) }
        let shown = "\(name) is \(PrintableText.excerpt(text, to: 60))"
        if text.hasPrefix("-"), seconds > 0 { return fail(code, "\(shown); a duration must not be negative") }
        if !allowsZero, seconds <= 0 { return fail(code, "\(shown); it must be longer than 0") }
        guard seconds <= DurationText.maximumSeconds else {
            return fail(code, "\(shown); durations beyond 1000000000 s are refused")
        }
        return seconds
    }

    /// A name made of letters, digits and `. _ -`.
    func identifier(longest: Int) -> String? {
        guard let name = text() else { return nil }
        let isAllowed = name.utf8.allSatisfy { $0.isLetterOrDigit || "._-".utf8.contains($0) }
        return isAllowed && (1...longest).contains(name.utf8.count)
            ? name : fail(.nameFormat, "\(self.name) must be 1 to \(longest) letters A-Z a-z, digits and . _ - only")
    }
}

extension ExactDecimal {
    /// The number as a message shows it, however long it was written.
    var clipped: String { PrintableText.excerpt(description, to: 60) }

    /// The decimal that a factor of the engine stands for.
    package init(_ factor: DecimalFactor) { self = ExactDecimal(factor.description) ?? .zero }
}

extension DecimalFactor {
    /// The factor of a decimal below 10⁹, to nine places after the point.
    init(_ decimal: ExactDecimal) { self.init(billionths: decimal.units(places: 9) ?? 0) }
}
