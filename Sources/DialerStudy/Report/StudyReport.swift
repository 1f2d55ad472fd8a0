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
    /// - Throws: An error of the template engine if the template is malformed; a test makes sure that it is not.
    package func text() throws -> String {
        let page = ReportPage(
            kind: "simulation report",
            scenario: result.plan.scenario.name,
            verdict: result.verdict,
            sentence: sentence,
            exitCode: Int(result.exitCode.rawValue),
            style: StudyReportTemplate.style
        )
        var values = values
        values["judgements"] = .markup(
            try ReportSection.judgements(
                "Rules and thresholds",
                id: "judgements",
                result.judgements,
                heads: ["Rule", "Measured, 95 % interval", "Limit"]
            )
        )
        values["comparison"] = .markup(try ReportSection.comparison(result.baseline?.comparison))
        values["notes"] = .markup(try ReportSection.notes(result.notes))
        return try page.text(StudyReportTemplate.text, values)
    }

    private var values: [String: TemplateValue] {
        let gauges = GaugeChart(result.gauges)
        let day = DayChart(result)
        let idle = result.idle.sentence
        return [
            "command": .text(command), "facts": .list(facts), "metrics": .list(metrics),
            "hasDay": .flag(day != nil), "dayChart": .markup(day?.svg.markup ?? ""), "rows": .list(rows),
            "hasListColumn": .flag(result.list != nil), "hasRoster": .flag(result.plan.experiment.center.roster != nil),
            "hasGauges": .flag(gauges != nil), "gaugeChart": .markup(gauges?.svg.markup ?? ""),
            "gaugeSentence": .text(gaugeSentence), "hasList": .flag(result.list != nil), "list": .list(list),
            "hasIdle": .flag(idle != nil), "idle": .text(idle.map { Self.capitalized($0) + "." } ?? ""),
        ]
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

    private var facts: [[String: TemplateValue]] {
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
        return rows.compactMap { name, value in value.map { ["name": .text(name), "value": .text($0)] } }
    }

    private var metrics: [[String: TemplateValue]] {
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
        return rows.map { ["name": .text($0.0), "mean": .text($0.1[0]), "interval": .text($0.1[1])] }
    }

    private var rows: [[String: TemplateValue]] {
        guard let course = result.course else { return [] }
        func number(_ estimate: Estimate, _ digits: Int) -> TemplateValue {
            .text(estimate.mean.map { NumberText.fixed($0, digits) } ?? "–")
        }
        return course.rows.map { row in
            let rate = MetricText(StudyMetric.abandonmentRate).cells(row.abandonmentRate)
            return [
                "time": .text(course.title(row)), "agents": number(row.agents, 1), "attempts": number(row.attempts, 0),
                "answered": number(row.answered, 1), "abandoned": number(row.abandoned, 2),
                "rate": .text(row.abandonmentRate.mean == nil ? "–" : "\(rate[0]) (\(rate[1]))"),
                "occupancy": .text(row.occupancy.mean.map { NumberText.percent($0) } ?? "–"),
                "lines": number(row.lines, 1), "left": row.contactsLeft.map { number($0, 0) } ?? .text("–"),
            ]
        }
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

    private var list: [[String: TemplateValue]] {
        guard let list = result.list else { return [] }
        let (reached, done) = (Int(list.reached.rounded()), Int(list.done.rounded()))
        var rows = [
            ("Contacts", NumberText.count(list.contacts)), ("Reached", NumberText.count(reached)),
            ("Done otherwise", NumberText.count(done - reached)), ("Open", NumberText.count(list.contacts - done)),
            ("Attempts per contact", list.attemptsPerContact.mean.map { NumberText.short($0, 2) } ?? "–"),
            ("Share reached", list.reachedShare.mean.map { NumberText.percent($0) } ?? "–"),
        ]
        if let end = list.exhaustedAt { rows.append(("Exhausted after", Duration.text(seconds: end.rounded()))) }
        return rows.map { ["name": .text($0.0), "value": .text($0.1)] }
    }

    private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
