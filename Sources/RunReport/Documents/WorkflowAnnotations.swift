import Addresses

/// Annotations of a GitHub workflow: lines that its runner turns into marks at a file.
package enum WorkflowAnnotations {
    package struct Place: Hashable, Sendable {
        package var file: String
        package var line: Int?
        package var column: Int?

        package init(file: String, line: Int? = nil, column: Int? = nil) {
            (self.file, self.line, self.column) = (file, line, column)
        }
    }

    package enum Level: String, Sendable {
        case error, warning
    }

    /// One annotation, such as `::error file=a.yaml,line=3::occupancy 70 %, expected >= 75%`.
    package static func line(_ level: Level, at place: Place, title: String = "", _ message: String) -> String {
        let properties: [(String, String?)] = [
            ("file", place.file), ("line", place.line.map { "\($0)" }), ("col", place.column.map { "\($0)" }),
            ("title", title.isEmpty ? nil : title),
        ]
        let list = properties.compactMap { name, value in value.map { "\(name)=\(property($0))" } }
        return "::\(level.rawValue) \(list.joined(separator: ","))::\(data(PrintableText.block(message)))"
    }

    /// The annotations of a result: its failed and its undecided assertions.
    ///
    /// - Parameter place: where the scenario demands an assertion of that name.
    package static func lines(of document: ResultDocument, place: (_ name: String) -> Place) -> [String] {
        document.assertions.compactMap { item in
            guard let verdict = item.verdict, verdict != .pass else { return nil }
            let message = "\(item.title): \(item.observed), expected \(item.expected)"
            return line(
                verdict == .fail ? .error : .warning,
                at: place(item.name),
                title: "Ringback \(document.kind): \(verdict.rawValue)",
                item.detail.isEmpty ? message : "\(message)\n\(item.detail)"
            )
        }
    }

    /// Escapes the text behind the second `::`.
    ///
    /// Source: toolkit/packages/core/src/command.ts of GitHub's actions.
    private static func data(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    /// Escapes the value of a property.
    private static func property(_ text: String) -> String {
        data(PrintableText.line(text)).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
