import DialerEngine
import DiscreteEvents
import ExactJSON
package import RunReport
import ScenarioFile
import Statistics

/// The page of a fit: whether the scenario is the centre at a glance, and then every part of it beside its records.
package struct FitReport: Sendable {
    let fit: CentreFit
    private let scenario: CommentedScenario
    private let command: String?

    /// - Parameters:
    ///   - scenario: The scenario as it is written, which may say more than the records.
    ///   - command: The command that fits again; nil if it is not known.
    package init(_ fit: CentreFit, scenario: CommentedScenario, command: String?) {
        (self.fit, self.scenario, self.command) = (fit, scenario, command)
    }

    /// The HTML text, UTF-8.
    package func text() throws -> String { try page.text() }

    package var page: ReportPage {
        let sections: [ReportSection?] =
            [glance, warnings, outcomes, hours] + fit.times.map { section(of: $0.quantity, $0.time) }
            + [patience, roster, list, rows, written]
        return ReportPage(
            kind: "fit report",
            scenario: scenario["name"]?.string ?? fit.name,
            headline: headline,
            sentence: sentence,
            sections
        )
    }

    // MARK: At a glance

    private var headline: String {
        let times = fit.times.map(\.time)
        let explained = times.count(where: \.isExplained)
        if times.isEmpty { return "The records have no durations" }
        if explained == times.count { return "Every recorded duration is explained" }
        return "\(explained) of \(NumberText.count(times.count, "recorded duration")) explained"
    }

    private var sentence: String {
        let (rows, days) = (fit.summary.rows, fit.summary.days)
        var text =
            "\(NumberText.count(rows.used)) of \(NumberText.count(rows.read, "row")) used, "
            + NumberText.count(fit.summary.span.days, "day")
        if let first = days.first?.date, let last = days.last?.date { text += " from \(first) to \(last)" }
        return text + ", clock of \(fit.summary.zone.identifier)."
    }

    private var glance: ReportSection {
        let table = ReportTable(
            "The parts of the scenario and what the records say of them",
            [.text("State"), .text("Part"), .text("What the records say")],
            FitFinding.all(of: fit, scenario).map { finding in
                ReportTable.Row(
                    [.chip(finding.state.words), .text(finding.part), .text(finding.text)],
                    standing: finding.state.mark
                )
            },
            nameColumn: 1,
            isStacked: true
        )
        return ReportSection("Is this the centre?", id: "glance", [.table(table)])
    }

    private var warnings: ReportSection? {
        guard !fit.warnings.isEmpty else { return nil }
        return ReportSection(
            "What to know of the records",
            id: "warnings",
            [.codes(fit.warnings.map { (code: $0.code, text: $0.detail) })]
        )
    }

    // MARK: The parts

    private var outcomes: ReportSection? {
        guard let chart = SharesChart(fit.summary.outcomes) else { return nil }
        let rows = zip(AttemptOutcome.allCases, fit.outcomes.shares).flatMap { outcome, share in
            let abandoned =
                outcome == .answered ? [Self.row("of the answered: abandoned", fit.outcomes.abandoned)] : []
            return [Self.row(outcome.title, share)] + abandoned
        }
        let table = ReportTable(
            "Outcomes of the attempts",
            [.text("Outcome"), .number("Attempts"), .number("Share"), .number("95 % interval")],
            rows,
            isStacked: true
        )
        return ReportSection(
            "Outcomes",
            id: "outcomes",
            [.picture(chart.picture), .table(table), .paragraph("Answered calls hold the abandoned ones.")]
        )
    }

    private static func row(_ title: String, _ share: FittedOutcomes.Share) -> [String] {
        [
            title, NumberText.count(share.count), NumberText.percent(share.probability),
            NumberText.percentRange(share.interval.lower, share.interval.upper, digits: 2),
        ]
    }

    private var hours: ReportSection? {
        let place = AttemptOutcome.allCases.firstIndex(of: .answered) ?? 0
        let all = fit.outcomes.shares[place].probability
        let steps =
            fit.outcomes.differByHour
            ? fit.outcomes.hours.map { hours in
                let total = max(1, hours.counts.reduce(0, +))
                return HourChart.HourStep(
                    from: hours.group.from,
                    hours: hours.group.hours,
                    probability: Double(hours.counts[place]) / Double(total)
                )
            } : [HourChart.HourStep(from: 0, hours: 24, probability: all)]
        let first = Int(fit.summary.startOfDay / 3600) % 24
        guard let chart = HourChart(fit.summary.hours, first: first, steps: steps) else { return nil }
        return ReportSection(
            "Answer rate by hour",
            id: "hours",
            [.picture(chart.picture), .paragraph(FitFinding.hoursText(fit).capitalizedFirst + ".")]
        )
    }

    private func section(of quantity: TimeQuantity, _ time: FittedTime) -> ReportSection {
        let id = quantity.name.split(separator: ".").joined(separator: "-")
        let isRefused = time.way == .empirical
        let chart = DistributionChart(quantity.title, id: id, time.sample, time.chosen?.model, isRefused: isRefused)
        var blocks: [ReportBlock] = [.paragraph(FitFinding.text(of: quantity, time).capitalizedFirst + ".")]
        blocks.append(.picture(chart.distribution))
        if chart.isCut { blocks.append(.paragraph("The longest 1 % of the values lie beyond the picture.")) }
        if let quantiles = chart.quantiles { blocks.append(.picture(quantiles)) }
        if !time.candidates.isEmpty { blocks.append(.table(Self.candidates(time, of: quantity))) }
        return ReportSection(quantity.title, id: id, blocks)
    }

    private static func candidates(_ time: FittedTime, of quantity: TimeQuantity) -> ReportTable {
        let best = time.candidates.map(\.aic).filter(\.isFinite).min() ?? 0
        let rows = time.candidates.sorted { $0.aic < $1.aic }.prefix(4)
            .map { candidate -> [String] in
                let isChosen =
                    candidate.model.family == time.chosen?.model.family && candidate.isShifted == time.chosen?.isShifted
                return [
                    candidate.model.family.rawValue + (candidate.isShifted ? ", shifted" : "")
                        + (isChosen ? " (chosen)" : ""),
                    NumberText.short(candidate.model.mean, 2) + " s",
                    candidate.aic.isFinite ? NumberText.short(candidate.aic - best, 1) : "–",
                    NumberText.short(candidate.distance, 4),
                    isChosen ? time.test.map { NumberText.pValue($0.pValue) } ?? "–" : "–",
                ]
            }
        return ReportTable(
            "\(quantity.title): the best families of \(time.candidates.count)",
            [.text("Family"), .number("Mean"), .number("AIC above the best"), .number("Distance"), .number("p")],
            rows,
            isStacked: true
        )
    }

    private var patience: ReportSection? {
        let finding = FitFinding.patience(of: fit, scenario)
        let law: SurvivalChart.Law =
            switch (fit.patience.reason, fit.patience.time.chosen) {
            case (.fitted, .some(let chosen)): .family(chosen.model)
            case (.limitOfDialer, _): .constant(fit.patience.time.distribution.mean)
            case (.fewCalls, _) where finding.state == .assumed: .constant(fit.patience.time.distribution.mean)
            default: .none
            }
        let words = ReportBlock.paragraph(finding.text.sentence)
        guard let chart = SurvivalChart(fit.patience.estimate, law) else {
            return ReportSection("Patience", id: "patience", [words])
        }
        return ReportSection("Patience", id: "patience", [words, .picture(chart.picture)])
    }

    private var roster: ReportSection? {
        guard let roster = fit.shift.roster else { return nil }
        let (shift, summary) = (fit.shift, fit.summary)
        let chart = RosterChart(
            roster,
            start: shift.start,
            length: shift.length,
            recorded: RosterChart.recorded(summary, begin: shift.begin, length: shift.length)
        )
        return ReportSection("Roster", id: "roster", [.picture(chart.picture)])
    }

    private var list: ReportSection? {
        guard let list = fit.list else { return nil }
        let rows = ContactList.Ending.allCases.map { ending in
            [
                ending.title, list.list.retry[ending].map { Duration.text(seconds: $0) } ?? "never",
                NumberText.count(list.repeats[ending] ?? 0),
            ]
        }
        return ReportSection(
            "List",
            id: "list",
            [
                .numbers([
                    .init("Contacts", NumberText.count(list.list.contacts)),
                    .init("Attempts at most", list.list.maxAttempts.map { NumberText.count($0) } ?? "–"),
                    .init("Contacts with more", NumberText.count(list.beyond)),
                ]),
                .table(
                    ReportTable(
                        "Retries",
                        [.text("After"), .number("Called again in"), .number("Repeats")],
                        rows,
                        isStacked: true
                    )
                ),
            ]
        )
    }

    // MARK: The rows and the result

    private var rows: ReportSection {
        func table(_ title: String, _ account: RowAccount) -> ReportBlock {
            let skipped = SkipReason.allCases.compactMap { reason -> ReportTable.Row? in
                guard let count = account.skipped[reason], count > 0 else { return nil }
                return ReportTable.Row([
                    .named(reason.words, code: reason.rawValue), .text(NumberText.count(count)),
                ])
            }
            let all = [
                ReportTable.Row(["read", NumberText.count(account.read)]),
                ReportTable.Row(["used", NumberText.count(account.used)]),
            ]
            return .table(ReportTable(title, [.text("Rows"), .number("Number")], all + skipped))
        }
        var blocks = [table("Rows of the call records", fit.summary.rows)]
        if let agents = fit.summary.agentRows {
            blocks += [.paragraph("The agents' log:"), table("Rows of the agents' log", agents)]
        }
        return ReportSection("Rows", id: "rows", blocks)
    }

    private var written: ReportSection {
        let again = command.map { [ReportBlock.command("Fit it again", $0)] } ?? []
        return ReportSection("The scenario", id: "scenario", [.verbatim(scenario.text)] + again)
    }
}
