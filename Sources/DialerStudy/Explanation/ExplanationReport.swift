import ExactJSON
import RunReport
import Statistics

/// The document `report.html` of `explain`: what cost the most, and when callers of the window were abandoned.
package struct ExplanationReport: Sendable {
    private let explanation: Explanation
    private let command: String?
    /// Clusters beyond these are counted, not listed.
    private static let mostClusters = 40

    /// - Parameter command: The command that explains the same again; nil if it is not known.
    package init(_ explanation: Explanation, command: String?) {
        (self.explanation, self.command) = (explanation, command)
    }

    /// The HTML text, UTF-8.
    package func text() throws -> String {
        let counted = explanation.denominator.counted(explanation.calls)
        let rate = explanation.calls > 0 ? Double(explanation.abandonments) / Double(explanation.calls) : 0
        return try ReportPage(
            kind: "explanation",
            scenario: explanation.scenario,
            headline:
                "Window \(NumberText.count(explanation.window)): \(NumberText.count(explanation.abandonments)) of \(counted) "
                + "abandoned, \(NumberText.short(100 * rate, 2)) %",
            sentence: "\(explanation.profile) permits \(NumberText.percent(explanation.limit)). \(reason)",
            [causes, days, timeline, clusters, what]
        ).text()
    }

    /// The most costly cause in a sentence.
    private var reason: String {
        guard let first = explanation.causes.first, let mean = first.avoided.mean, mean > 0 else {
            return "No cause alone makes a difference."
        }
        let cells = Self.cells(first.avoided)
        let isClear = (first.avoided.interval?.lower ?? 0) > 0
        return
            "Without \(first.cause.words) alone \(cells[0]) fewer would be abandoned in a window like this (95 % interval \(cells[1]))"
            + (isClear ? "." : ", which chance could explain.")
    }

    private var causes: ReportSection {
        let rows = explanation.causes.map { finding in
            [finding.cause.words] + Self.cells(finding.avoided) + [NumberText.count(finding.inWindow)]
        }
        let table = ReportTable(
            "What each cause alone cost",
            [
                .text("Without this alone"), .number("Fewer abandoned"), .number("95 % interval"),
                .number("In this window"),
            ],
            rows
        )
        let picture = CauseChart(explanation.causes).map { [ReportBlock.picture($0.picture)] } ?? []
        return ReportSection(
            "What cost the most",
            id: "causes",
            picture + [
                .table(table),
                .paragraph(
                    "Each cause is taken away alone, on the same customers, in this window and the \(Explanation.replications - 1) after it. "
                        + "Effects overlap and need not add up."
                ),
            ]
        )
    }

    private var days: ReportSection? {
        guard explanation.days.count > 1 else { return nil }
        return ReportSection(
            "Day by day",
            id: "days",
            [.picture(AbandonmentDaysChart(explanation.days).picture)]
        )
    }

    private var timeline: ReportSection? {
        guard let chart = WorstDayChart(explanation) else { return nil }
        let title = explanation.days.count > 1 ? "The worst day: \(explanation.worstDay.title)" : "The day"
        return ReportSection(title, id: "timeline", [.picture(chart.picture)])
    }

    private var clusters: ReportSection? {
        guard !explanation.clusters.isEmpty else { return nil }
        let largest = explanation.clusters.sorted { $0.abandonments > $1.abandonments }.prefix(Self.mostClusters)
            .sorted { $0.from < $1.from }
        let rows = largest.map { cluster in
            [
                cluster.clock, "\(cluster.abandonments)", Duration.text(seconds: (cluster.to - cluster.from).rounded()),
                "\(cluster.state.onDuty)", "\(cluster.state.onBreak)", "\(cluster.state.talking)",
                "\(cluster.state.inFlight)", "\(cluster.state.waiting)",
            ]
        }
        let heads = ["Abandoned", "For", "On duty", "On break", "Talking", "In flight", "Waiting"]
        let more = explanation.clusters.count - largest.count
        return ReportSection(
            "When callers were abandoned",
            id: "clusters",
            [
                .table(
                    ReportTable("Clusters of abandonments", [.text("When")] + heads.map { .number($0) }, rows)
                ),
                .paragraph(
                    "Abandonments less than a minute apart are one cluster; agents and lines are those at its first."
                        + (more > 0 ? " \(NumberText.count(more)) smaller clusters are left out." : "")
                ),
            ]
        )
    }

    private var what: ReportSection {
        let facts = ReportBlock.facts([
            ("Rule", "\(explanation.profile), at most \(NumberText.percent(explanation.limit))"),
            ("Window", NumberText.count(explanation.window)), ("Seed", "\(explanation.seed)"),
        ])
        let again = command.map { [ReportBlock.command("Explain again", $0)] } ?? []
        return ReportSection("What was simulated", id: "what", [facts] + again)
    }

    private static func cells(_ estimate: Estimate) -> [String] {
        [
            estimate.mean.map { NumberText.fixed($0, 1) } ?? "–",
            estimate.interval.map { "\(NumberText.fixed($0.lower, 1))…\(NumberText.fixed($0.upper, 1))" } ?? "–",
        ]
    }
}
