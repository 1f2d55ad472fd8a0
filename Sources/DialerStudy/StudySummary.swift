import Addresses
import DialerEngine
import ExactJSON
package import RunReport
import ScenarioFile
import Statistics

/// A study for a terminal: what was simulated, every metric with its interval, every judgement, and the verdict.
package struct StudySummary {
    private let result: StudyResult
    private let comparison: PolicyComparison?
    private let style: TextStyle
    private let width: Int

    /// The summary of a result.
    ///
    /// - Parameters:
    ///   - comparison: Other policies beside it, where some were asked for.
    ///   - style: Plain, or with colours.
    ///   - width: The width of the terminal in cells.
    package init(
        _ result: StudyResult,
        comparison: PolicyComparison? = nil,
        style: TextStyle = .plain,
        width: Int = 100
    ) {
        self.result = result
        self.comparison = comparison
        self.style = style
        self.width = max(40, width)
    }

    package var text: String {
        var lines = [header, callsLine, ""]
        lines += metricLines
        if let comparison { lines += [""] + ComparisonTable(comparison).lines(style: style) }
        lines.append("")
        if let course = result.course { lines += CourseTable(course).lines(style: style) + [""] }
        if let list = result.list { lines += listLines(list) }
        if let sentence = result.idle.sentence { lines += wrapped("  ", sentence) }
        lines.append("")
        lines += result.compliance.flatMap { self.lines(of: $0) }
        lines += gaugeLines
        lines += result.thresholds.flatMap { self.lines(of: $0) }
        if let comparison = result.baseline?.comparison { lines += baselineLines(comparison) }
        lines += result.skipped.map { note("threshold \($0.metric) \($0.expected) skipped: \($0.reason)") }
        lines += result.notes.map { note($0) }
        lines.append(verdictLine)
        return lines.joined(separator: "\n") + "\n"
    }

    private var header: String {
        let plan = result.plan
        let experiment = plan.experiment
        let length =
            switch experiment.length {
            case .calls(let count): NumberText.count(count, "call")
            case .shifts(let seconds, let days):
                (days == 1 ? "" : "\(days) days of ") + Duration.text(seconds: seconds)
            }
        var parts = [
            PrintableText.line(plan.scenario.name, limit: 60), plan.scenario.pacing.label,
            "\(NumberText.count(plan.replications, "replication")) of \(length)",
        ]
        if experiment.warmUp > 0 { parts.append("warm-up \(Duration.text(seconds: experiment.warmUp))") }
        parts.append("seed \(experiment.seed)")
        return style.text("ringback simulate", .strong) + "  " + parts.joined(separator: " · ")
    }

    private var callsLine: String {
        let calls = result.calls
        var parts = [
            "\(NumberText.count(calls.attempted)) calls", "\(NumberText.count(calls.answered)) answered",
            "\(NumberText.count(calls.connected)) connected", "\(NumberText.count(calls.abandoned)) abandoned",
        ]
        if calls.falsePositives > 0 { parts.append("\(NumberText.count(calls.falsePositives)) taken for machines") }
        if calls.blocked > 0 { parts.append("\(NumberText.count(calls.blocked)) blocked") }
        return "  " + parts.joined(separator: " · ")
    }

    private var metricLines: [String] {
        var rows = [["", "mean", "95 % interval"]]
        for metric in StudyMetric.allCases {
            guard let estimate = result.metrics[metric] else { continue }
            rows.append([metric.title] + MetricText(metric).cells(estimate))
            if metric == .occupancy, let list = result.list, (list.idleAfter.mean ?? 0) > 0 {
                rows.append(["hours on duty after dialling ended"] + NumberCells.cells(list.idleAfter, unit: " h"))
            }
            if metric == .waitSeconds {
                rows.append(["wait, 95th percentile"] + MetricText(metric).cells(result.waitP95))
            }
        }
        return TextTable.lines(rows).enumerated().map { $0 == 0 ? style.text($1, .quiet) : $1 }
    }

    private func lines(of finding: ComplianceFinding) -> [String] {
        if let limit = finding.profile.attemptLimit {
            let contacts = NumberText.count(finding.windows, "contact")
            let text =
                "\(NumberText.count(finding.windowsBreached)) of \(contacts) attempted more than "
                + "\(NumberText.count(limit.attempts)) times within \(Duration.text(seconds: limit.seconds))"
            return marked(finding.verdict, finding.profile.name, text)
        }
        let cells = MetricText(StudyMetric.abandonmentRate).cells(finding.rate)
        var text = cells[0]
        if let bound = finding.upperBound {
            text += ", at most \(NumberText.short(100 * bound, 3)) %"
        } else if finding.rate.interval != nil {
            text += " (\(cells[1]))"
        }
        text += " of \(finding.profile.denominator.counted(finding.calls)) abandoned"
        text += finding.profile.limit.map { ", limit \(NumberText.short(100 * $0.doubleValue, 4)) %" } ?? ", no limit"
        let windows = NumberText.count(finding.windows, "window")
        text += "; \(NumberText.count(finding.windowsBreached)) of \(windows) breached"
        return marked(finding.verdict, finding.profile.name, text)
    }

    /// What became of the contacts, in one sentence.
    private func listLines(_ list: ListFinding) -> [String] {
        let (reached, done) = (Int(list.reached.rounded()), Int(list.done.rounded()))
        var text =
            "list: of \(NumberText.count(list.contacts, "contact")) \(NumberText.count(reached)) reached, "
            + "\(NumberText.count(done - reached)) done otherwise, \(NumberText.count(list.contacts - done)) open"
        if let attempts = list.attemptsPerContact.mean {
            text += "; \(NumberText.short(attempts, 2)) attempts per contact"
        }
        if let end = list.exhaustedAt, let idle = list.idleAfter.mean {
            let hours = NumberText.short(idle, 2)
            text +=
                "; exhausted after \(Duration.text(seconds: end.rounded())), and \(hours) hours on duty had nothing to dial"
        }
        return wrapped("  ", text)
    }

    /// What the screens of dialers would show beside the law, and where they come to another verdict.
    private var gaugeLines: [String] {
        guard let law = result.gauges.first?.law else { return [] }
        let rate = MetricText(StudyMetric.abandonmentRate)
        let values = result.gauges.map { "\($0.gauge.rawValue) \(rate.cells($0.value)[0])" }
        let shown = "gauges beside \(law.profile.name) \(rate.cells(law.rate)[0]): \(values.joined(separator: ", "))"
        let apart = Dictionary(grouping: result.gauges.filter { !$0.agrees }) { $0.verdict?.rawValue ?? "reported" }
        let warnings = apart.sorted { $0.key < $1.key }.flatMap { verdict, findings in
            let names = findings.map(\.gauge.rawValue).joined(separator: ", ")
            return wrapped(
                "  ! ",
                "\(names): \(verdict) by the screen, \(law.verdict?.rawValue ?? "reported") by \(law.profile.name)"
            )
        }
        return wrapped("  · ", shown) + warnings
    }

    /// The metrics beside those of the baseline, and what the gate says.
    private func baselineLines(_ comparison: BaselineComparison) -> [String] {
        let failed = comparison.assertions.filter { $0.verdict == .fail }
        return [""] + comparison.lines(style: style, width: width)
            + failed.map { "  \(style.text(Verdict.fail.mark, .fail)) \($0.title): \($0.observed)" } + [""]
    }

    private func lines(of finding: ThresholdFinding) -> [String] {
        let cells = MetricText(finding.threshold.metric).cells(finding.measured)
        let interval = finding.measured.interval == nil ? "" : " (\(cells[1]))"
        return marked(finding.verdict, finding.title, cells[0] + interval) + wrapped("      ", finding.detail)
    }

    /// A judgement: its mark, what is judged in a column of its own, and what was seen.
    private func marked(_ verdict: Verdict?, _ title: String, _ text: String) -> [String] {
        let titles = result.compliance.map(\.profile.name) + result.thresholds.map(\.title)
        let column = titles.map { TextColumns.width($0) }.max() ?? 0
        let mark = verdict.map { style.text($0.mark, TextStyle.role(of: $0)) } ?? "·"
        let prefix = "  \(mark) \(TextColumns.leading(PrintableText.line(title), column))   "
        let indentation = String(repeating: " ", count: column + 7)
        return TextColumns.wrapped(text, to: width - column - 7).enumerated().map { index, line in
            (index == 0 ? prefix : indentation) + line
        }
    }

    private func note(_ text: String) -> String {
        wrapped("  · ", PrintableText.line(text)).map { style.text($0, .quiet) }.joined(separator: "\n")
    }

    private var verdictLine: String {
        style.verdictLine(result.verdict, result.exitCode)
            + (result.verdict == .inconclusive ? ": the intervals do not decide; take more replications" : "")
    }

    private func wrapped(_ prefix: String, _ text: String) -> [String] {
        TextColumns.wrapped(text, after: prefix, to: width)
    }
}
