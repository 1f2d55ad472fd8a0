/// Plain text, or text with colours of the terminal's own palette.
///
/// The caller finds out whether a terminal shows colours (`NO_COLOR`, `TERM=dumb`, a pipe).
public enum TextStyle: Hashable, Sendable {
    case plain, ansi

    /// The meaning of a piece of text, which decides its colour.
    ///
    /// The raw value is the parameter of the ANSI sequence.
    package enum Accent: Int {
        case strong = 1
        case quiet = 2
        case pass = 32
        case inconclusive = 33
        case fail = 31
        case chart = 36
    }

    /// The text in a role's colour; in plain style the text itself.
    package func text(_ text: String, _ role: Accent) -> String {
        self == .plain || text.isEmpty ? text : "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m"
    }

    package static func role(of verdict: Verdict) -> Accent {
        switch verdict {
        case .pass: .pass
        case .inconclusive: .inconclusive
        case .fail: .fail
        }
    }

    /// The last line of a summary, such as `  FAIL  exit 1`; the exit code 0 is left out.
    package func verdictLine(_ verdict: Verdict, _ exitCode: ExitCode) -> String {
        let code = exitCode == .pass ? "" : "  exit \(exitCode.rawValue)"
        return " " + text(" " + verdict.rawValue.uppercased(), Self.role(of: verdict)) + code
    }
}

/// Widths and padding of text in a terminal's character cells.
package enum TextColumns {
    /// The cells of a text: two for a wide character, zero for a combining mark.
    package static func width(_ text: String) -> Int { text.reduce(0) { $0 + cells(of: $1) } }

    package static func leading(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - Self.width(text)))
    }

    package static func trailing(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - Self.width(text))) + text
    }

    /// The text cut to a width, with an ellipsis if something is missing.
    package static func cut(_ text: String, to width: Int) -> String {
        guard Self.width(text) > width else { return text }
        guard width > 0 else { return "" }
        var (kept, used) = ("", 0)
        for character in text {
            used += cells(of: character)
            if used > width - 1 { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// The words of a text on lines of at most a width; a longer word has a line of its own.
    package static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, Self.width(line) + 1 + Self.width(String(word)) > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// The wrapped lines of a text, with a prefix before the first line and the others indented below it.
    package static func wrapped(_ text: String, after prefix: String, to width: Int) -> [String] {
        let indentation = Self.width(prefix)
        return wrapped(text, to: width - indentation).enumerated().map { index, line in
            (index == 0 ? prefix : String(repeating: " ", count: indentation)) + line
        }
    }

    private static func cells(of character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        if character.unicodeScalars.contains(where: { $0.properties.isEmojiPresentation || $0.value == 0xFE0F }) {
            return 2
        }
        switch scalar.value {
        case 0x0300...0x036F, 0x200C, 0x200D: return 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
