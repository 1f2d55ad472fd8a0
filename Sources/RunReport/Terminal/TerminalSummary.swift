import Addresses
import ScenarioFile
import SimulationAPI

/// The result of a run for a terminal: what ran, the outcomes of its calls, every assertion, and the verdict.
public struct TerminalSummary: Sendable {
    private let result: RunResult
    private let reportPath: String?
    private let style: TextStyle
    private let width: Int

    /// The summary of a result.
    ///
    /// - Parameters:
    ///   - reportPath: The path of `report.html` if it was written.
    ///   - width: The width of the terminal in cells; texts wrap at it.
    public init(_ result: RunResult, reportPath: String? = nil, style: TextStyle = .plain, width: Int = 100) {
        self.result = result
        self.reportPath = reportPath
        self.style = style
        self.width = max(40, width)
    }

    /// The whole summary, ending in a newline.
    public var text: String { Self.header(result.facts, style: style) + "\n" + body }

    /// The first line: scenario, target, run and seed.
    ///
    /// It needs the facts alone, so a run can print it before it begins; ``body`` follows.
    public static func header(_ facts: RunFacts, style: TextStyle = .plain) -> String {
        var parts = [
            PrintableText.line(facts.scenario.name, limit: 60),
            PrintableText.line("\(facts.target.rawValue) \(facts.origin)"),
            "run \(PrintableText.line(facts.runID))",
        ]
        if let seed = facts.seed { parts.append("seed \(seed)") }
        return style.text("ringback run", .strong) + "  " + parts.joined(separator: " · ")
    }

    /// What follows the header, ending in a newline.
    public var body: String {
        var lines: [String] = []
        if result.facts.status != nil || result.facts.calls.seen > 0 {
            lines.append(callsLine)
            lines += OutcomeTable(result).lines(width: width, style: style)
            if let sentence = result.idle?.sentence { lines += wrapped("  ", sentence) }
        }
        lines += assertionLines
        if let comparison = result.baseline?.comparison { lines += comparison.lines(style: style, width: width) }
        lines += result.facts.monitors.flatMap { monitor in
            // For a required monitor the assertion already shows this.
            let advice = monitor.required ? "" : monitor.advice.map { "; \($0)" } ?? ""
            let text = PrintableText.line("monitor \(monitor.name) (\(monitor.kind)): \(monitor.text)\(advice)")
            return wrapped("  → ", text).map { style.text($0, .quiet) }
        }
        lines += result.notes.flatMap { note in
            wrapped("  · ", PrintableText.line(note)).map { style.text($0, .quiet) }
        }
        lines.append(verdictLine)
        return lines.joined(separator: "\n") + "\n"
    }

    private var callsLine: String {
        let facts = result.facts
        let progress = RunProgress(
            step: "",
            attempted: facts.callsAttempted,
            maxCalls: facts.callsToDial,
            events: facts.webhooks.received,
            elapsedSeconds: facts.durationSeconds
        )
        return ProgressLine.text(progress, width: width, style: style)
    }

    private var assertionLines: [String] {
        let titles = result.assertions.map { PrintableText.line($0.title, limit: 80) }
        let column = titles.map { TextColumns.width($0) }.max() ?? 0
        return zip(result.assertions, titles).flatMap { assertion, title in
            let mark = style.text(assertion.verdict.mark, TextStyle.role(of: assertion.verdict))
            let observed = PrintableText.line(assertion.observed)
            var lines =
                column + 7 + TextColumns.width(observed) <= width
                ? ["  \(mark) \(TextColumns.leading(title, column))   \(observed)"]
                : ["  \(mark) \(title)"] + wrapped("      ", observed)
            guard assertion.verdict != .pass else { return lines }
            if !assertion.demand.titleHasLimit {
                lines += wrapped("      ", "expected \(PrintableText.line(assertion.expected))")
            }
            if !assertion.detail.isEmpty { lines += wrapped("      ", PrintableText.line(assertion.detail)) }
            return lines
        }
    }

    private var verdictLine: String {
        style.verdictLine(result.verdict, result.exitCode)
            + (reportPath.map { "  report \(PrintableText.line($0))" } ?? "")
    }

    private func wrapped(_ prefix: String, _ text: String) -> [String] {
        TextColumns.wrapped(text, after: prefix, to: width)
    }
}

/// The outcome distribution as text: injected, observed, interval and a bar, aligned for every width of the numbers.
struct OutcomeTable {
    private let rows: [(cells: [String], bar: String)]

    private static let barWidth = 20

    init(_ result: RunResult) {
        let total = result.outcomes.reduce(0) { $0 + $1.observed }
        let digits = total >= 1000 ? 1 : 0
        let header = ["outcome", "injected", "observed", "95 % interval"]
        let most = result.outcomes.map(\.share).max() ?? 0
        let table = result.outcomes.map { share in
            let length = most > 0 ? (share.share / most * Double(Self.barWidth)).rounded() : 0
            let bar = String(repeating: "▇", count: max(share.observed > 0 ? 1 : 0, Int(length)))
            let cells = [
                share.outcome.rawValue,
                result.facts.payload.outcomes.enabled ? NumberText.percent(share.injected) : "–",
                total == 0 ? "0" : "\(NumberText.count(share.observed)) (\(NumberText.percent(share.share)))",
                total == 0 ? "–" : NumberText.percentRange(share.low, share.high, digits: digits),
            ]
            return (cells: cells, bar: bar)
        }
        rows = [(cells: header, bar: "")] + table
    }

    /// The lines of the table, the header first; bars are left out if they do not fit.
    func lines(width: Int, style: TextStyle) -> [String] {
        let widths = (0..<4).map { column in rows.map { TextColumns.width($0.cells[column]) }.max() ?? 0 }
        let hasBars = 2 + widths.reduce(0, +) + 4 * 3 + Self.barWidth <= width
        return rows.enumerated().map { index, row in
            var line = "  " + TextColumns.leading(row.cells[0], widths[0])
            for column in 1..<4 { line += "   " + TextColumns.trailing(row.cells[column], widths[column]) }
            if index == 0 { return style.text(line, .quiet) }
            return row.bar.isEmpty || !hasBars ? line : line + "   " + style.text(row.bar, .chart)
        }
    }
}
