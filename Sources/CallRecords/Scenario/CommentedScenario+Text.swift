import Addresses
import ExactJSON
import ScenarioFile

extension CommentedScenario {
    /// The longest line of values; a list of more goes on in the next line.
    private static let width = 110

    /// The scenario as YAML.
    package var text: String {
        var lines = heading.map(Self.comment)
        if members.isEmpty { lines.append("{}") }
        Self.write(members, indentation: 0, to: &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func write(_ members: [Member], indentation: Int, to lines: inout [String]) {
        let margin = String(repeating: " ", count: indentation)
        for member in members {
            lines += member.heading.map { $0.isEmpty ? "" : margin + comment($0) }
            let key = "\(margin)\(YAMLText.scalar(member.name)):"
            switch member.content {
            case .section(let inner) where !inner.isEmpty:
                lines.append(key + behind(member.comment))
                write(inner, indentation: indentation + 2, to: &lines)
            case .section: lines.append(key + " {}" + behind(member.comment))
            case .list(let items) where !items.isEmpty:
                lines.append(key + behind(member.comment))
                lines += items.map { "\(margin)  - \(YAMLText.flow($0.value))\(behind($0.comment))" }
            case .list: lines.append(key + " []" + behind(member.comment))
            case .value(.array(let elements)) where elements.contains(where: \.isObject):
                lines.append(key + behind(member.comment))
                lines += elements.map { "\(margin)  - \(YAMLText.flow($0))" }
            case .value(.array(let elements)):
                let written = "\(key) \(YAMLText.flow(.array(elements)))"
                guard written.count > width else {
                    lines.append(written + behind(member.comment))
                    break
                }
                lines.append(key + behind(member.comment))
                lines += filled(elements, margin + "  ")
            case .value(let value): lines += line(key, value, margin, member.comment)
            }
        }
    }

    /// A value behind its key; the long list of an empirical distribution goes on below it.
    private static func line(_ key: String, _ value: JSONValue, _ margin: String, _ note: String?) -> [String] {
        let written = "\(key) \(YAMLText.flow(value))"
        if written.count > width, case .object(let members) = value, members.count == 1,
            case .array(let elements) = members[0].value, !elements.contains(where: \.isObject)
        {
            return [key + behind(note), "\(margin)  \(YAMLText.scalar(members[0].name)):"]
                + filled(elements, margin + "    ")
        }
        return [written + behind(note)]
    }

    /// A list in flow style over several lines.
    private static func filled(_ elements: [JSONValue], _ margin: String) -> [String] {
        var lines: [String] = []
        var line = margin + "["
        for (index, element) in elements.enumerated() {
            let text = YAMLText.flow(element) + (index == elements.count - 1 ? "]" : ",")
            if line.count + text.count > width, line.count > margin.count + 1 {
                lines.append(line)
                line = margin + " " + text
            } else {
                line += (line.hasSuffix("[") ? "" : " ") + text
            }
        }
        return lines + [line]
    }

    private static func behind(_ note: String?) -> String { note.map { "  \(comment($0))" } ?? "" }

    /// A text as a comment of one line, whatever it holds.
    private static func comment(_ text: String) -> String { text.isEmpty ? "#" : "# \(PrintableText.line(text))" }
}
