extension JSONValue {
    /// The compact text of the value, UTF-8, without white space.
    ///
    /// The same value always gives the same bytes, so a request can be sent again byte for byte.
    public var bytes: [UInt8] {
        var output: [UInt8] = []
        write(to: &output, indentation: nil, level: 0)
        return output
    }

    /// The compact text of the value.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The text for people: one member per line, indented by two spaces.
    public var prettyText: String {
        var output: [UInt8] = []
        write(to: &output, indentation: 2, level: 0)
        return String(decoding: output, as: UTF8.self)
    }

    private func write(to output: inout [UInt8], indentation: Int?, level: Int) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
        case .number(let literal): output.append(contentsOf: literal.utf8)
        case .string(let text): Self.write(string: text, to: &output)
        case .array(let elements):
            Self.write(elements, brackets: ("[", "]"), to: &output, indentation, level) { element, output in
                element.write(to: &output, indentation: indentation, level: level + 1)
            }
        case .object(let members):
            Self.write(members, brackets: ("{", "}"), to: &output, indentation, level) { member, output in
                Self.write(string: member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                if indentation != nil { output.append(UInt8(ascii: " ")) }
                member.value.write(to: &output, indentation: indentation, level: level + 1)
            }
        }
    }

    private static func write<Item>(
        _ items: [Item],
        brackets: (UnicodeScalar, UnicodeScalar),
        to output: inout [UInt8],
        _ indentation: Int?,
        _ level: Int,
        each: (Item, inout [UInt8]) -> Void
    ) {
        func newLine(_ level: Int, _ output: inout [UInt8]) {
            guard let indentation else { return }
            output.append(UInt8(ascii: "\n"))
            output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation * level))
        }
        output.append(UInt8(ascii: brackets.0))
        for (index, item) in items.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            newLine(level + 1, &output)
            each(item, &output)
        }
        if !items.isEmpty { newLine(level, &output) }
        output.append(UInt8(ascii: brackets.1))
    }

    /// Writes a string literal: quotes, and escapes for what RFC 8259 section 7 demands.
    private static func write(string: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""): output.append(contentsOf: #"\""#.utf8)
            case UInt8(ascii: "\\"): output.append(contentsOf: #"\\"#.utf8)
            case 0x0A: output.append(contentsOf: #"\n"#.utf8)
            case 0x0D: output.append(contentsOf: #"\r"#.utf8)
            case 0x09: output.append(contentsOf: #"\t"#.utf8)
            case 0..<0x20, 0x7F:
                let digits = Array("0123456789abcdef".utf8)
                output.append(contentsOf: #"\u00"#.utf8)
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
