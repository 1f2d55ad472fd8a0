import Addresses
import ExactJSON
import SimulationAPI

extension ScenarioReader {
    mutating func text(_ element: Element, _ wanted: String = "a text") -> String? {
        if let text = element.node.json.string { return text }
        reportType(element, wanted)
        return nil
    }

    mutating func boolean(_ element: Element) -> Bool? {
        if let flag = element.node.json.bool { return flag }
        reportType(element, "true or false")
        return nil
    }

    mutating func number(_ element: Element, _ wanted: String = "a number") -> ExactDecimal? {
        if case .number(let literal) = element.node.json, let number = ExactDecimal(literal) { return number }
        reportType(element, wanted)
        return nil
    }

    mutating func integer(_ element: Element, in range: ClosedRange<Int>) -> Int? {
        guard let number = number(element, "an integer") else { return nil }
        guard number.isIntegral else {
            reportType(element, "an integer")
            return nil
        }
        guard let integer = number.integerValue, range.contains(integer) else {
            let bounds = "\(range.lowerBound)…\(range.upperBound)"
            report(element, .fieldRange, "\(element.name) is \(number.clipped); it must be in \(bounds)")
            return nil
        }
        return integer
    }

    /// A number within bounds; `above` excludes the lower one.
    mutating func number(
        _ element: Element,
        from low: Int,
        to high: Int,
        above: Bool = false
    ) -> ExactDecimal? {
        guard let number = number(element) else { return nil }
        let isInside =
            (above ? number > ExactDecimal(low) : number >= ExactDecimal(low)) && number <= ExactDecimal(high)
        guard isInside else {
            let bounds = above ? "above \(low) and at most \(high)" : "in \(low)…\(high)"
            report(element, .fieldRange, "\(element.name) is \(number.clipped); it must be \(bounds)")
            return nil
        }
        return number
    }

    /// A share of a whole, `3%` or `0.03`.
    mutating func rate(_ element: Element, _ code: Diagnostic.Code = .fieldRange) -> ExactDecimal? {
        let value: ExactDecimal? =
            switch element.node.json {
            case .number(let literal): ExactDecimal(literal)
            case .string(let text): RateText.value(text)
            default: nil
            }
        guard let value else {
            reportType(element, "a share such as 3% or 0.03")
            return nil
        }
        guard value >= .zero, value <= .one else {
            let isPercent = value > .one && value <= ExactDecimal(100)
            let advice = isPercent ? "; \(value.clipped) percent are written \(value.clipped)%" : ""
            report(element, code, "\(element.name) is \(value.clipped); it must be in 0…1\(advice)")
            return nil
        }
        return value
    }

    /// A duration in seconds.
    ///
    /// - Parameter allowsZero: whether 0 is a value that makes sense here.
    mutating func duration(
        _ element: Element,
        allowsZero: Bool = false,
        _ wanted: String = DurationText.wanted,
        _ code: Diagnostic.Code = .fieldRange
    ) -> Double? {
        let text: String? =
            switch element.node.json {
            case .number(let literal): literal
            case .string(let text): text
            default: nil
            }
        let unsigned = text.map { $0.hasPrefix("-") ? String($0.dropFirst()) : $0 }
        guard let text, let seconds = unsigned.flatMap(DurationText.magnitude) else {
            reportType(element, wanted)
            return nil
        }
        let shown = "\(element.name) is \(PrintableText.clipped(text))"
        if text.hasPrefix("-"), seconds > 0 {
            report(element, code, "\(shown); a duration must not be negative")
            return nil
        }
        guard allowsZero || seconds > 0 else {
            report(element, code, "\(shown); it must be longer than 0")
            return nil
        }
        guard seconds <= DurationText.maximumSeconds else {
            report(element, code, "\(shown); durations beyond 1000000000 s are refused")
            return nil
        }
        return seconds
    }

    /// One of the words that a type knows.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ element: Element,
        _: Choice.Type,
        _ code: Diagnostic.Code = .fieldType
    ) -> Choice? where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        guard let text = text(element, words.formatted) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        report(
            element,
            code,
            "\(element.name) must be \(words.formatted), not \(Suggestion.quoted(text, among: words))"
        )
        return nil
    }

    /// A name made of letters, digits and `. _ -`.
    mutating func identifier(_ element: Element, longest: Int) -> String? {
        guard let name = text(element) else { return nil }
        let isAllowed = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "._-".utf8.contains(byte)
        }
        guard isAllowed, (1...longest).contains(name.utf8.count) else {
            report(
                element,
                .nameFormat,
                "\(element.name) must be 1 to \(longest) letters A-Z a-z, digits and . _ - only"
            )
            return nil
        }
        return name
    }
}

extension DurationText {
    /// What a message asks for.
    static let wanted = "a duration such as 250ms, 2s, 1h30m or a number of seconds"
}

extension [String] {
    /// The words as a message lists them: `fast, slow or standard`.
    fileprivate var formatted: String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " or " + last
    }
}

extension ExactDecimal {
    /// The number as a message shows it, however long it was written.
    var clipped: String { PrintableText.clipped(description) }
}

extension Suggestion {
    /// A word in quotes, with the known one that was probably meant.
    static func quoted(_ word: String, among known: [String]) -> String {
        let suggestion = nearest(to: word, among: known).map { ", did you mean \"\($0)\"?" } ?? ""
        return "\"\(PrintableText.clipped(word))\"\(suggestion)"
    }
}
