import DialerEngine
import ExactJSON
import RunReport
import ScenarioFile

/// The document `report.html` of a simulation: one file without scripts and requests, for a screen, a phone or paper.
package struct StudyReport: Sendable {
    private let result: StudyResult
    private let command: String

    /// - Parameter command: The command that simulates the same again.
    package init(_ result: StudyResult, command: String) {
        self.result = result
        self.command = command
    }

    /// The HTML text, UTF-8.
    ///
    /// - Throws: An error of the template engine if a template is malformed; tests make sure that none is.
    package func text() throws -> String {
        try ReportPage(
            kind: "simulation report",
            scenario: result.plan.scenario.name,
            verdict: result.verdict,
            sentence: sentence,
            exitCode: Int(result.exitCode.rawValue),
            [
                .judgements(
                    "Rules and thresholds",
                    id: "judgements",
                    result.judgements,
                    heads: ["Rule", "Measured, 95 % interval", "Limit"]
                ), .comparison(result.baseline?.comparison), DayChart(result)?.section,
                .metrics(metrics, idle), list, gauges, .notes(result.notes), plan,
            ]
        ).text()
    }

    private var idle: [ReportBlock] {
        result.idle.sentence.map { [.paragraph($0.capitalizedFirst + ".")] } ?? []
    }

    private var gauges: ReportSection? {
        guard let chart = GaugeChart(result.gauges) else { return nil }
        return ReportSection(
            "What the dialer's screen would say",
            id: "gauges",
            [.picture(chart.picture), .paragraph(gaugeSentence)]
        )
    }

    private var sentence: String {
        let titles = { (verdict: Verdict) in
            result.compliance.filter { $0.verdict == verdict }.map(\.profile.name)
                + result.thresholds.filter { $0.verdict == verdict }.map(\.title)
                + (result.baseline?.assertions ?? []).filter { $0.verdict == verdict }.map(\.title)
        }
        let (failed, open) = (titles(.fail), titles(.inconclusive))
        if !failed.isEmpty { return "Not met: \(failed.joined(separator: ", "))." }
        if !open.isEmpty {
            return "The intervals do not decide: \(open.joined(separator: ", ")). Take more replications."
        }
        return "Every rule and every threshold is met with 95 % confidence."
    }

    private var plan: ReportSection {
        let (plan, experiment) = (result.plan, result.plan.experiment)
        var length =
            switch experiment.length {
            case .calls(let count): NumberText.count(count, "call")
            case .shifts(let seconds, let days):
                NumberText.count(days, "day") + " of " + Duration.text(seconds: seconds)
            }
        if let date = experiment.calendar.date { length += " from \(date)" }
        let center = experiment.center
        let groups = center.roster.map { " in \(NumberText.count($0.entries.count, "group"))" } ?? ""
        let rows: [(String, String?)] = [
            ("Pacing", plan.scenario.pacing.label), ("Agents", NumberText.count(center.agents) + groups),
            ("Lines", center.lines.map { NumberText.count($0) } ?? "as many as are wanted"),
            ("Length", length), ("Replications", NumberText.count(plan.replications)),
            ("Warm-up", experiment.warmUp > 0 ? Duration.text(seconds: experiment.warmUp) : nil),
            ("Schedule", experiment.schedule.isEmpty ? nil : NumberText.count(experiment.schedule.count, "change")),
            ("List", experiment.list.map { NumberText.count($0.contacts, "contact") }), ("Seed", "\(experiment.seed)"),
            (
                "Calls",
                "\(NumberText.count(result.calls.attempted)) dialled, \(NumberText.count(result.calls.answered)) answered"
            ),
        ]
        return ReportSection(
            "What was simulated",
            id: "plan",
            [.facts(rows), .command("Simulate it again", command)]
        )
    }

    private var metrics: [[String]] {
        var rows: [(String, [String])] = []
        for metric in StudyMetric.allCases {
            guard let estimate = result.metrics[metric] else { continue }
            rows.append((metric.title, MetricText(metric).cells(estimate)))
            if metric == .occupancy, let list = result.list, (list.idleAfter.mean ?? 0) > 0 {
                rows.append(("hours on duty after dialling ended", NumberCells.cells(list.idleAfter, unit: " h")))
            }
            if metric == .waitSeconds {
                rows.append(("wait, 95th percentile", MetricText(metric).cells(result.waitP95)))
            }
        }
        return rows.map { [$0.0] + $0.1 }
    }

    private var gaugeSentence: String {
        guard let law = result.gauges.first?.law else { return "" }
        let apart = result.gauges.filter { !$0.agrees }
        guard let first = apart.first else {
            return "The gauges come to the same verdict as \(law.profile.name)."
        }
        return
            "\(apart.map(\.gauge.rawValue).joined(separator: ", ")) would say \(first.verdict?.rawValue ?? "nothing") "
            + "where \(law.profile.name) says \(law.verdict?.rawValue ?? "nothing")."
    }

    private var list: ReportSection? {
        guard let list = result.list else { return nil }
        let (reached, done) = (Int(list.reached.rounded()), Int(list.done.rounded()))
        var rows = [
            ("Contacts", NumberText.count(list.contacts)), ("Reached", NumberText.count(reached)),
            ("Done otherwise", NumberText.count(done - reached)), ("Open", NumberText.count(list.contacts - done)),
            ("Attempts per contact", list.attemptsPerContact.mean.map { NumberText.short($0, 2) } ?? "–"),
            ("Share reached", list.reachedShare.mean.map { NumberText.percent($0) } ?? "–"),
        ]
        if let end = list.exhaustedAt { rows.append(("Exhausted after", Duration.text(seconds: end.rounded()))) }
        return ReportSection("List", id: "list", [.numbers(rows.map { .init($0.0, $0.1) })])
    }
}
