import Addresses
import DialerEngine
package import RunReport

/// A back-test for a terminal: every quantity with its days outside, which days they are, and the verdict.
package struct BacktestSummary {
    private let result: BacktestResult
    private let style: TextStyle
    private let width: Int

    /// The days outside that are named for each quantity.
    private static let mostNamedDays = 3

    package init(_ result: BacktestResult, style: TextStyle = .plain, width: Int = 100) {
        (self.result, self.style, self.width) = (result, style, max(40, width))
    }

    package var text: String {
        let partial = result.days.filter(\.isPartial)
        var lines = [header, ""] + findingLines
        if !result.findings.isEmpty { lines.append("") }
        for finding in result.findings where finding.outside > 0 { lines += outsideLines(finding.quantity) }
        if !partial.isEmpty {
            let dates = partial.map(\.date.description).joined(separator: ", ")
            lines += wrapped("  · ", "not judged, since the records begin or end inside it: \(dates)")
        }
        lines += result.notes.flatMap { wrapped("  · ", PrintableText.line($0)) }.map { style.text($0, .quiet) }
        lines += wrapped("  ", result.sentence)
        lines.append(style.verdictLine(result.verdict, result.exitCode))
        return lines.joined(separator: "\n") + "\n"
    }

    private var header: String {
        let name = PrintableText.line(result.scenario, limit: 60)
        let days = NumberText.count(result.days.count, "day")
        return style.text("ringback backtest", .strong)
            + "  \(name) · \(days) · \(NumberText.count(result.replications, "replication")) · seed \(result.seed)"
    }

    private var findingLines: [String] {
        let findings = result.findings
        guard !findings.isEmpty else { return [] }
        let rows =
            [["", "days inside", "share", "observed, mean", "expected, mean", "p of so many outside"]]
            + findings.map { finding in
                [
                    "\(finding.verdict.mark) \(finding.quantity.title)",
                    "\(NumberText.count(finding.days - finding.outside)) of \(NumberText.count(finding.days))",
                    NumberText.percent(finding.coverage), result.meanText(finding.quantity, \.observed),
                    result.meanText(finding.quantity, \.predicted.mean),
                    NumberText.pValue(finding.probability),
                ]
            }
        return TextTable.lines(rows).enumerated().map { index, line in
            guard index > 0 else { return style.text(line, .quiet) }
            let verdict = findings[index - 1].verdict
            return "  " + style.text(verdict.mark, TextStyle.role(of: verdict)) + line.dropFirst(3)
        }
    }

    private func outsideLines(_ quantity: DayQuantity) -> [String] {
        let days = result.judgedDays.compactMap { day in day.quantities[quantity].map { (day.date, $0) } }
            .filter { !$0.1.isInside }
        let named = days.prefix(Self.mostNamedDays).map { date, found in
            "\(date) \(quantity.text(found.observed)) (\(quantity.text(found.predicted)))"
        }
        let more = days.count - named.count
        return wrapped(
            "  ! ",
            "\(quantity.title) outside: " + named.joined(separator: ", ") + (more > 0 ? ", and \(more) more" : "")
        )
    }

    private func wrapped(_ prefix: String, _ text: String) -> [String] {
        TextColumns.wrapped(text, after: prefix, to: width)
    }
}
