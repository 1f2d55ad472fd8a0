import DialerEngine
package import RunReport
import Statistics

/// The page of a back-test: the verdict, the days inside for each quantity, and the days in pictures.
package struct BacktestReport: Sendable {
    private let result: BacktestResult
    private let command: String?

    /// - Parameter command: The command that does the same again; nil if it is not known.
    package init(_ result: BacktestResult, command: String?) { (self.result, self.command) = (result, command) }

    /// The HTML text, UTF-8.
    package func text() throws -> String { try page.text() }

    package var page: ReportPage {
        ReportPage(
            kind: "backtest report",
            scenario: result.scenario,
            verdict: result.verdict,
            sentence: result.sentence,
            exitCode: Int(result.exitCode.rawValue),
            [findings, days, .notes(result.notes), what]
        )
    }

    private var findings: ReportSection? {
        guard !result.findings.isEmpty else { return nil }
        let rows = result.findings.map { finding in
            ReportTable.Row(
                [
                    .chip(finding.verdict.rawValue), .text(finding.quantity.title.capitalizedFirst),
                    .text("\(NumberText.count(finding.days - finding.outside)) of \(NumberText.count(finding.days))"),
                    .text(NumberText.percent(finding.coverage)), .text(result.meanText(finding.quantity, \.observed)),
                    .text(result.meanText(finding.quantity, \.predicted.mean)),
                    .text(NumberText.pValue(finding.probability)),
                ],
                standing: .init(finding.verdict)
            )
        }
        let table = ReportTable(
            "Quantities of the days",
            [
                .text("Verdict"), .text("Quantity"), .number("Days inside"), .number("Coverage"),
                .number("Observed, mean"), .number("Expected, mean"),
                .number("p of so many outside"),
            ],
            rows,
            nameColumn: 1,
            isStacked: true
        )
        return ReportSection("What the days show", id: "findings", [.table(table), .paragraph(rule)])
    }

    /// What decides, in words.
    private var rule: String {
        let days = result.judgedDays.count
        let words =
            "If the scenario is the centre, about one day in twenty lies outside. A quantity passes with one day outside, or with one in ten"
        guard days >= BacktestResult.fewestDays, let most = RareCount(trials: days).fewestBelow() else {
            return words + "; fewer than \(BacktestResult.fewestDays) days cannot decide."
        }
        return words
            + "; of \(NumberText.count(days, "day")), \(most) or more outside have a probability below 1 in 1,000, and fail."
    }

    private var days: ReportSection? {
        guard let chart = DayPanelChart(result) else { return nil }
        let partial = result.days.filter(\.isPartial).map(\.date.description)
        var blocks = [ReportBlock.picture(chart.picture)]
        blocks.append(
            .paragraph(
                "The abandonment rate is a share of the answered calls, occupancy one of the time on duty. A scale can begin above 0, "
                    + "so that a day can be told from its band."
            )
        )
        if !partial.isEmpty {
            blocks.append(
                .paragraph(
                    "Not judged, since the records begin or end inside it: \(partial.joined(separator: ", ")). "
                        + "What lies beyond a scale is drawn at its edge."
                )
            )
        }
        return ReportSection("Day by day", id: "days", blocks)
    }

    private var what: ReportSection {
        let rank = (result.replications + 1) / 40
        let facts = ReportBlock.facts([
            ("Days", NumberText.count(result.days.count)),
            ("Replications of each day", NumberText.count(result.replications)),
            ("Band", "from the \(ordinal(rank)) smallest to the \(ordinal(rank)) largest value of a day"),
            ("Seed", "\(result.seed)"),
        ])
        let again = command.map { [ReportBlock.command("Test it again", $0)] } ?? []
        return ReportSection("What was simulated", id: "what", [facts] + again)
    }

    private func ordinal(_ number: Int) -> String {
        let ending =
            switch (number % 10, number % 100) {
            case (_, 11...13): "th"
            case (1, _): "st"
            case (2, _): "nd"
            case (3, _): "rd"
            default: "th"
            }
        return "\(number)\(ending)"
    }
}
