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

    /// The beginning of a text for a message that quotes it; a reader can tell it from every other text.
    ///
    /// Besides unsafe characters, those that are invisible, and those that look like ASCII beside it, are shown by code.
    package static func excerpt(_ text: String, to length: Int = 64) -> String {
        let clipped = clipped(text, to: length)
        guard !clipped.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return clipped }
        let scalars = Array(clipped.unicodeScalars)
        var shown = ""
        var start = 0
        while start < scalars.count {
            var end = start
            while end < scalars.count, isInWord(scalars[end]) { end += 1 }
            // A word of another script has letters that only that script has.
            let word = scalars[start..<max(end, start + 1)]
            let isSuspect = word.allSatisfy { $0.isASCII || isLookAlike($0) } || word.contains { isASCIILetter($0) }
            for scalar in word {
                let isHidden = isUnsafe(scalar) || isInvisible(scalar) || isSuspect && isLookAlike(scalar)
                if isHidden { shown += escape(scalar) } else { shown.unicodeScalars.append(scalar) }
            }
            start += word.count
        }
        return shown
    }

    private static func isASCIILetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && scalar.properties.isAlphabetic
    }

    private static func isInWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    /// Blanks other than the space, and letters and marks that nobody sees.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x034F, 0x17B4, 0x17B5: true
        default: scalar != " " && scalar.properties.generalCategory == .spaceSeparator
        }
    }

    /// Whether a character looks like one of ASCII.
    private static func isLookAlike(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2010...0x2015, 0x2212, 0xFE58, 0xFE63, 0x2044, 0x2215, 0x2024, 0xFF01...0xFF5E, 0x1D400...0x1D7FF: true
        default: lookAlikes.contains(scalar)
        }
    }

    private static let lookAlikes = Set(
        ("аеорсухіјѕһԁԛԝѵӏкмтвнАВЕЅІЈКМНОРСТУХҮԌԚԜ" + "αικνορτυχγΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "օոսցհՕՍ" + "ıɑɡɩℓ").unicodeScalars
    )

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
