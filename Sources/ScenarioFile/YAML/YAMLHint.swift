/// Advice for the YAML mistakes that people make most, as libyaml's own words seldom name the cure.
enum YAMLHint {
    static func text(for failure: YAMLEvents.Failure, in text: String) -> String {
        let culprit = character(in: text, line: failure.line, column: failure.column)
        if failure.message.contains("block scalar") { return "; put a text that begins with > or | in quotes" }
        guard failure.message.contains("cannot start any token") else { return "" }
        return switch culprit {
        case "\t": "; indent with spaces, not with tabs"
        case "%", "@", "`", ">", "|": "; put a text that begins with \(culprit.map(String.init) ?? "") in quotes"
        default: ""
        }
    }

    private static func character(in text: String, line: Int, column: Int) -> UnicodeScalar? {
        let lines = text.unicodeScalars.split(
            maxSplits: line,
            omittingEmptySubsequences: false,
            whereSeparator: { $0 == "\n" }
        )
        guard lines.indices.contains(line - 1) else { return nil }
        return lines[line - 1].dropFirst(column - 1).first
    }
}
