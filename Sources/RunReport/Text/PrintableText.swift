/// Text of others, made fit to be shown: nothing in it can move a cursor, change a direction or break a document.
///
/// Scenario names, remote messages and event examples come from outside. Control characters, marks that
/// reorder or hide text and what XML forbids become their code in brackets, `[U+001B]`. Letters of every script
/// stay as they are.
package enum PrintableText {
    /// The most characters of a text that are shown.
    package static let limit = 1000

    /// The text on one line, shortened to `limit` characters.
    package static func line(_ text: String, limit: Int = limit) -> String {
        var shown = String.UnicodeScalarView()
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if index == limit {
                shown.append("…")
                break
            }
            shown.append(contentsOf: replacement(for: scalar))
        }
        return String(shown)
    }

    /// The text with its line breaks, for preformatted places.
    package static func block(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line(String($0), limit: .max) }.joined(separator: "\n")
    }

    private static func replacement(for scalar: Unicode.Scalar) -> String.UnicodeScalarView {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x2028, 0x2029: " ".unicodeScalars
        case 0x00..<0x20, 0x7F..<0xA0, 0x061C, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB,
            0xE0000...0xE0FFF:
            "[U+\(hexadecimal(scalar.value))]".unicodeScalars
        case let value where value & 0xFFFE == 0xFFFE: "[U+\(hexadecimal(value))]".unicodeScalars
        default: String.UnicodeScalarView([scalar])
        }
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
