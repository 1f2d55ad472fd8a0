/// Text from a file, made fit to be shown on a terminal.
enum PrintableText {
    /// The text with control and direction characters written as `\u{…}`, so that a file cannot steer a terminal.
    static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnprintable) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if isUnprintable(scalar) {
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// At most `length` characters of the text, with `…` where something was cut.
    static func clipped(_ text: String, to length: Int = 60) -> String {
        let start = text.unicodeScalars.prefix(length)
        return start.endIndex == text.unicodeScalars.endIndex ? text : String(start) + "…"
    }

    private static func isUnprintable(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}
