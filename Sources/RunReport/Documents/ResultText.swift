import Addresses

/// A stored result for a terminal: its judgements, metrics and comparison.
package struct ResultText: Sendable {
    private let document: ResultDocument
    private let style: TextStyle
    private let width: Int

    package init(_ document: ResultDocument, style: TextStyle = .plain, width: Int = 100) {
        (self.document, self.style, self.width) = (document, style, max(40, width))
    }

    /// The text, ending in a newline.
    package var text: String {
        var lines = document.assertions.flatMap { item -> [String] in
            let verdict = item.verdict ?? .inconclusive
            let mark = style.text(verdict.mark, TextStyle.role(of: verdict))
            let expected = verdict == .pass ? "" : ", expected \(item.expected)"
            let text = TextColumns.wrapped(
                PrintableText.line("\(item.title): \(item.observed)\(expected)"),
                after: "    ",
                to: width
            )
            return ["  \(mark) " + (text.first ?? "").dropFirst(4)] + text.dropFirst()
        }
        let metrics = document.metricRows
        if !metrics.isEmpty { lines += TextTable.lines([["", "mean", "95 % interval"]] + metrics) }
        if let comparison = document.comparison {
            lines += TextColumns.wrapped(comparison.heading, after: "  ", to: width) + TextTable.lines(comparison.rows)
            lines += comparison.remarks.flatMap { TextColumns.wrapped($0, after: "  · ", to: width) }
        }
        lines += document.notes.flatMap { TextColumns.wrapped(PrintableText.line($0), after: "  · ", to: width) }
        let exit = document.exitCode.flatMap { ExitCode(rawValue: Int32(truncatingIfNeeded: $0)) } ?? .pass
        return (lines + [style.verdictLine(document.verdict, exit)]).joined(separator: "\n") + "\n"
    }
}
