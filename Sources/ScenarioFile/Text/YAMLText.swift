package import ExactJSON

/// Writes values as YAML that every reader takes for the same values: ``CoreSchema`` backwards.
package enum YAMLText {
    /// A value on one line, in flow style.
    package static func flow(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let literal): literal
        case .string(let text): scalar(text)
        case .array(let elements): "[" + elements.map(flow).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { "\(scalar($0.name)): \(flow($0.value))" }.joined(separator: ", ") + "}"
        }
    }

    /// A text as a scalar: plain if no reader can take it for anything else, in quotes otherwise.
    package static func scalar(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    /// Whether a text is a word, or a few words, that stands for itself without quotes.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, isWordByte(first), text.utf8.last != 0x20, text.utf8.count <= 120,
            text.utf8.allSatisfy({ isWordByte($0) || " -/%+.".utf8.contains($0) }),
            case .string(text) = CoreSchema.value(ofPlain: text)
        else { return false }
        // YAML 1.1 takes these for booleans, and many tools still read that.
        return !["y", "n", "yes", "no", "on", "off"].contains(text.lowercased())
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
        default: false
        }
    }

    /// The text in double quotes; what YAML calls a line break or not printable is escaped.
    private static func quoted(_ text: String) -> String {
        var shown = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: shown += "\\\""
            case 0x5C: shown += "\\\\"
            case 0x09: shown += "\\t"
            case 0x0A: shown += "\\n"
            case 0x0D: shown += "\\r"
            case ..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
                let digits = String(scalar.value, radix: 16)
                shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown + "\""
    }
}
