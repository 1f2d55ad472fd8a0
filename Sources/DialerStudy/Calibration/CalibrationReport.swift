import DialerEngine
import RunReport
import Statistics

/// The document `report.html` of a calibration: what to dial with, the frontier, and every setting.
package struct CalibrationReport: Sendable {
    private let result: CalibrationResult
    private let command: String?

    /// - Parameter command: The command that calibrates the same again; nil if it is not known.
    package init(_ result: CalibrationResult, command: String?) { (self.result, self.command) = (result, command) }

    /// The HTML text, UTF-8.
    package func text() throws -> String { try page.text() }

    var page: ReportPage {
        ReportPage(
            kind: "calibration report",
            scenario: result.scenario,
            verdict: result.verdict,
            sentence: sentence,
            exitCode: Int(result.exitCode.rawValue),
            [advice, frontier, ranking] + result.groups.enumerated().map { settings($1, number: $0 + 1) } + [
                plan, what,
            ]
        )
    }

    private var requirement: ChanceConstraint { result.calibration.plan.requirement }
    private var share: String { NumberText.short(100 * requirement.proportion, 1) + " %" }
    private var confidence: String { NumberText.short(100 * requirement.confidence, 1) + " %" }
    private var rule: String { "\(result.calibration.profile.name) (at most \(NumberText.percent(result.limit)))" }

    private var sentence: String {
        let without = result.groups.filter { $0.recommended == nil }
        guard !without.isEmpty else {
            return
                "Every team has a setting with which \(share) of all windows keep \(rule), shown with \(confidence) confidence."
        }
        return
            "No setting is certified for \(without.map(result.name).joined(separator: "; ")). Asked for: \(share) of all windows keep "
            + "\(rule), shown with \(confidence) confidence."
    }

    private var advice: ReportSection {
        let rows = result.groups.map { group -> ReportTable.Row in
            let best = group.recommended
            let cells = [
                result.name(of: group), best.map { $0.setting.value ?? "as it is" } ?? "–",
                best?.occupancy.mean.map { NumberText.percent($0) } ?? "–",
                Self.number(best?.connectsPerAgentHour.mean),
                Self.percent(best?.abandonmentRate.mean),
                best.map { "\(NumberText.count($0.windowsBreached)) of \(NumberText.count($0.windows))" } ?? "–",
            ]
            let word = best == nil ? group.results.first?.verdict.rawValue ?? "not tested" : "certified"
            return ReportTable.Row(
                [.chip(word)] + cells.map { .text($0) },
                standing: .init(group.results.isEmpty ? nil : group.verdict)
            )
        }
        let table = ReportTable(
            "What to dial with",
            [
                .text("Verdict"), .text("Team"), .number(varied), .number("Agents busy"),
                .number("Connects per agent hour"), .number("Callers abandoned"), .number("Windows breached"),
            ],
            rows,
            nameColumn: 1,
            isStacked: true
        )
        return ReportSection("What to dial with", id: "advice", [.advice(result.sentences), .table(table)])
    }

    /// The name of what is varied, if all groups vary the same.
    private var varied: String {
        let paths = Set(result.groups.flatMap(\.results).map(\.setting.over))
        guard paths.count == 1, let path = paths.first ?? nil else { return "Setting" }
        return String(path.split(separator: ".").last ?? "Setting")
    }

    private var frontier: ReportSection? {
        guard let chart = FrontierChart(result) else { return nil }
        return ReportSection(
            "The frontier",
            id: "frontier",
            [
                .paragraph(
                    "A mark for each setting that was tested. Up is busier agents, left is fewer breached windows; the limit is the "
                        + "share of windows that may be breached. The tables below have the figures."
                ), .picture(chart.picture),
            ]
        )
    }

    private var ranking: ReportSection? {
        guard !result.rankings.isEmpty else { return nil }
        let metric = MetricText(result.calibration.objective.metric, isDifference: true)
        let rows = result.rankings.map { ranking in
            [ranking.policy.rawValue, NumberText.count(ranking.agents)] + metric.cells(ranking.difference)
        }
        let head = "\(result.calibration.objective.rawValue) less that of the best"
        return ReportSection(
            "Which policy is best",
            id: "ranking",
            [
                .table(
                    ReportTable(
                        "Policies by the objective",
                        [.text("Policy"), .number("Agents"), .number(head), .number("95 % interval")],
                        rows,
                        isStacked: true
                    )
                )
            ]
        )
    }

    private func settings(_ group: CalibrationResult.Group, number: Int) -> ReportSection? {
        guard !group.results.isEmpty else { return nil }
        let rows = group.results.map { result in
            let isTested = result.windows > 0
            let name =
                (result.setting.value ?? result.setting.policy.rawValue) + (result == group.recommended ? " ←" : "")
            return ReportTable.Row(
                [
                    .chip(result.verdict.rawValue), .text(name),
                    .text(result.occupancy.mean.map { NumberText.percent($0) } ?? "–"),
                    .text(Self.number(result.connectsPerAgentHour.mean)),
                    .text(Self.percent(result.abandonmentRate.mean)),
                    .text(isTested ? NumberText.count(result.windows) : "–"),
                    .text(isTested ? NumberText.count(result.windowsBreached) : "–"),
                    .text(isTested ? MetricText(StudyMetric.abandonmentRate).cells(result.breachProbability)[1] : "–"),
                ],
                standing: result.verdict.standing
            )
        }
        let heads = ["Occupancy", "Connects per hour", "Abandoned", "Windows", "Breached", "95 % interval"]
        let table = ReportTable(
            "Settings of \(self.result.name(of: group))",
            [.text("Verdict"), .text("Setting")] + heads.map { .number($0) },
            rows,
            nameColumn: 1,
            isStacked: true
        )
        return ReportSection("Settings: \(result.name(of: group))", id: "settings-\(number)", [.table(table)])
    }

    private var plan: ReportSection {
        let plan = result.calibration.plan
        let wrong = plan.probabilities(failure: 1 - requirement.proportion).certified
        let power = plan.probabilities(failure: (1 - requirement.proportion) / 2).certified
        let looks = plan.looks.map { "\(NumberText.count($0.trials)) with \(NumberText.count($0.certifiesUpTo))" }
        return ReportSection(
            "How sure that is",
            id: "plan",
            [
                .paragraph(
                    "The plan was fixed before the first window, and every look is counted. A setting that just misses the "
                        + "requirement is certified with probability \(NumberText.short(100 * wrong, 2)) %, one with half of the "
                        + "permitted breaches with probability \(NumberText.short(100 * power, 1)) %. Settings are tried from the "
                        + "cautious side, and the search ends at the first that is not certified, so the same holds for the "
                        + "recommended one."
                ),
                .paragraph(
                    "The test looks after these numbers of windows, and certifies with no more breached ones than stand beside them: "
                        + "\(looks.joined(separator: ", "))."
                ),
            ]
        )
    }

    private var what: ReportSection {
        let facts = ReportBlock.facts([
            ("Rule", rule), ("Requirement", "\(share) of all windows, \(confidence) confidence"),
            ("Objective", result.calibration.objective.rawValue), ("Seed", "\(result.seed)"),
        ])
        let again = command.map { [ReportBlock.command("Calibrate again", $0)] } ?? []
        return ReportSection("What was calibrated", id: "what", [facts] + again)
    }

    private static func percent(_ share: Double?) -> String {
        share.map { NumberText.short(100 * $0, 2) + " %" } ?? "–"
    }

    private static func number(_ value: Double?) -> String { value.map { NumberText.fixed($0, 2) } ?? "–" }
}

extension SettingResult.Certification {
    fileprivate var standing: ReportTable.Mark {
        switch self {
        case .certified: .pass
        case .rejected: .fail
        case .inconclusive: .inconclusive
        case .notTested: .reported
        }
    }
}
