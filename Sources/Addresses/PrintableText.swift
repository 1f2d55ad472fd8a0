/// Text of unknown origin, made safe to show: nothing in it can move a cursor, reorder text or break a document.
///
/// Scenario names, remote messages and the content of events come from outside. Control characters, characters that
/// reorder or hide text, private-use characters and characters that XML forbids are written as `\u{1b}`. Letters of
/// every script stay as they are, and so do the joiners that some scripts and emoji need.
package enum PrintableText {
    /// The most characters that ``line(_:limit:)`` shows.
    package static let limit = 1000

    /// The text with its unsafe characters escaped; line breaks and tabs are escaped too.
    package static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if isUnsafe(scalar) { shown += escape(scalar) } else { shown.unicodeScalars.append(scalar) }
        }
        return shown
    }

    /// The text on one line: line breaks and tabs become spaces, and a text that was shortened ends in `…`.
    package static func line(_ text: String, limit: Int = limit) -> String {
        let clipped = clipped(text, to: limit)
        guard clipped.unicodeScalars.contains(where: isUnsafe) else { return clipped }
        return escaped(String(String.UnicodeScalarView(clipped.unicodeScalars.map { isBlank($0) ? " " : $0 })))
    }

    /// The text with its line breaks, for preformatted places.
    package static func block(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
            .map { line(String($0), limit: .max) }.joined(separator: "\n")
    }

    /// The beginning of a text, escaped, for a message that quotes it: at most 64 characters.
    package static func excerpt(_ text: String) -> String { escaped(clipped(text, to: 64)) }

    /// At most `length` characters of the text, with `…` if it was cut; nothing is escaped.
    package static func clipped(_ text: String, to length: Int = 60) -> String {
        let start = text.unicodeScalars.prefix(length)
        return start.endIndex == text.unicodeScalars.endIndex ? text : String(start) + "…"
    }

    /// Whether a character is shown as its code.
    package static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F: return false
        // The joiners, and the Arabic, Syriac and Kaithi signs that are formatting characters only by name.
        case 0x200C, 0x200D, 0x0600...0x0605, 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD: return false
        case 0xE0000...0xE0FFF: return true
        case let value where value & 0xFFFE == 0xFFFE: return true
        default: break
        }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse: true
        default: false
        }
    }

    /// A character as its code, such as `\u{1b}`.
    package static func escape(_ scalar: Unicode.Scalar) -> String { "\\u{\(String(scalar.value, radix: 16))}" }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x2028, 0x2029: true
        default: false
        }
    }
}
