import Addresses
import ScenarioFile
import SimulationAPI

/// The result of a run for a terminal: what ran, what came of every call, every assertion, and the verdict.
public struct TerminalSummary: Sendable {
    private let result: RunResult
    private let reportPath: String?
    private let style: TextStyle
    private let width: Int

    /// The summary of a result.
    ///
    /// - Parameters:
    ///   - reportPath: Where `report.html` was written, where it was.
    ///   - style: Plain, or with colours.
    ///   - width: The width of the terminal in cells; texts wrap at it.
    public init(_ result: RunResult, reportPath: String? = nil, style: TextStyle = .plain, width: Int = 100) {
        self.result = result
        self.reportPath = reportPath
        self.style = style
        self.width = max(40, width)
    }

    /// The whole summary, ending in a newline.
    public var text: String {
        ([headerLine] + bodyLines).joined(separator: "\n") + "\n"
    }

    /// The first line: scenario, target, run and seed.
    ///
    /// A run can print it before it begins, from the facts alone; ``body`` is what follows.
    public static func header(_ facts: RunFacts, style: TextStyle = .plain) -> String {
        var parts = [
            PrintableText.line(facts.scenario.name, limit: 60), PrintableText.line("\(facts.target) \(facts.origin)"),
            "run \(PrintableText.line(facts.runID))",
        ]
        if let seed = facts.seed { parts.append("seed \(seed)") }
        return style.text("ringback run", .strong) + "  " + parts.joined(separator: " · ")
    }

    /// What follows the header, ending in a newline; for a run that has printed its header before it began.
    public var body: String { bodyLines.joined(separator: "\n") + "\n" }

    private var headerLine: String { Self.header(result.facts, style: style) }

    private var bodyLines: [String] {
        var lines: [String] = []
        if result.facts.status != nil || result.facts.calls.seen > 0 {
            lines.append(callsLine)
            lines += OutcomeTable(result).lines(width: width, style: style)
        }
        lines += assertionLines
        lines += result.facts.monitors.flatMap { monitor in
            // Of one that is required, the assertion says it.
            let advice = monitor.required ? "" : monitor.advice.map { "; \($0)" } ?? ""
            let text = PrintableText.line("monitor \(monitor.name) (\(monitor.kind)): \(monitor.text)\(advice)")
            return wrapped("  → ", text).map { style.text($0, .quiet) }
        }
        lines += result.notes.flatMap { note in
            wrapped("  · ", PrintableText.line(note)).map { style.text($0, .quiet) }
        }
        lines.append(verdictLine)
        return lines
    }

    private var callsLine: String {
        let facts = result.facts
        let progress = RunProgress(
            step: "",
            attempted: facts.callsAttempted,
            maxCalls: facts.payload.maxCalls,
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
            if !assertion.name.hasPrefix("threshold.") {
                lines += wrapped("      ", "expected \(PrintableText.line(assertion.expected))")
            }
            if !assertion.detail.isEmpty { lines += wrapped("      ", PrintableText.line(assertion.detail)) }
            return lines
        }
    }

    private var verdictLine: String {
        let word = style.text(
            " " + result.verdict.rawValue.uppercased(),
            TextStyle.role(of: result.verdict)
        )
        let code = result.exitCode == .pass ? "" : "  exit \(result.exitCode.rawValue)"
        return " \(word)\(code)" + (reportPath.map { "  report \(PrintableText.line($0))" } ?? "")
    }

    private func wrapped(_ prefix: String, _ text: String) -> [String] {
        let indentation = String(repeating: " ", count: TextColumns.width(prefix))
        return TextColumns.wrapped(text, to: width - TextColumns.width(prefix)).enumerated().map { index, line in
            (index == 0 ? prefix : indentation) + line
        }
    }
}
