import Addresses

/// A result as Markdown for a pull request's comment: the verdict first, at most 60 lines.
package struct MarkdownSummary: Sendable {
    private let document: ResultDocument
    /// The rows of assertions that fit.
    private static let mostAssertions = 20
    private static let mostNotes = 8

    package init(_ document: ResultDocument) { self.document = document }

    /// The text, ending in a newline.
    package var text: String {
        let verdict = document.verdict
        var lines = [
            "### \(verdict.mark) \(verdict.rawValue.uppercased()): \(Self.escaped(document.scenario))", "",
            Self.escaped(document.sentence), "",
            "`ringback \(document.kind)`" + document.facts.map { " · \(Self.escaped($0))" }.joined(), "",
        ]
        lines += assertions
        lines += Self.table([["Metric", "Mean", "95 % interval"]] + document.metricRows)
        if let comparison = document.comparison {
            lines += ["**\(Self.escaped("C" + comparison.heading.dropFirst()))**", ""]
            lines += Self.table(
                [["Metric", "Baseline", "This run", "Difference", "Verdict"]] + comparison.rows.dropFirst()
            )
            lines += notes(comparison.remarks)
        }
        lines += notes(document.notes)
        while lines.last == "" { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }

    private var assertions: [String] {
        let order: [Verdict] = [.fail, .inconclusive, .pass]
        let sorted = order.flatMap { verdict in document.assertions.filter { $0.verdict == verdict } }
        let shown = sorted.prefix(Self.mostAssertions)
        let rows = shown.map { item in
            let detail = item.detail.isEmpty || item.verdict == .pass ? "" : " (\(item.detail))"
            let verdict = item.verdict ?? .inconclusive
            return ["\(verdict.mark) \(verdict.rawValue)", item.title, item.observed + detail, item.expected]
        }
        let left = sorted.count - shown.count
        return Self.table([["Verdict", "Assertion", "Observed", "Expected"]] + rows)
            + (left > 0 ? ["and \(NumberText.count(left, "more assertion"))", ""] : [])
    }

    private func notes(_ notes: [String]) -> [String] {
        guard !notes.isEmpty else { return [] }
        let left = notes.count - Self.mostNotes
        return notes.prefix(Self.mostNotes).map { "- \(Self.escaped($0))" }
            + (left > 0 ? ["- and \(NumberText.count(left, "more note"))"] : []) + [""]
    }

    /// Rows as a table, with an empty line below it; nothing without a row below the head.
    private static func table(_ rows: [[String]]) -> [String] {
        guard rows.count > 1 else { return [] }
        let lines = rows.map { row in "| " + row.map { escaped($0) }.joined(separator: " | ") + " |" }
        return [lines[0], "|" + rows[0].map { _ in " --- |" }.joined()] + lines.dropFirst() + [""]
    }

    /// A text on one line in which nothing is markup, no link and no mention.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in PrintableText.line(text, limit: 300).unicodeScalars {
            switch scalar {
            case "\\", "`", "*", "_", "[", "]", "|", "~", "#":
                escaped.unicodeScalars.append(contentsOf: ["\\", scalar])
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "@": escaped += "&#64;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped.replacing("://", with: ":&#47;&#47;")
    }
}
