import DialerEngine
package import RunReport
import Statistics

/// A calibration for a terminal: a table of the settings of each policy and team, and what to dial with.
package struct CalibrationSummary {
    private let result: CalibrationResult
    private let style: TextStyle
    private let width: Int

    package init(_ result: CalibrationResult, style: TextStyle = .plain, width: Int = 100) {
        (self.result, self.style, self.width) = (result, style, max(40, width))
    }

    package var text: String {
        let calibration = result.calibration
        let requirement = calibration.plan.requirement
        var lines = [
            style.text("ringback calibrate", .strong)
                + "  \(result.scenario) · \(calibration.profile.name) in \(NumberText.short(100 * requirement.proportion, 1)) % of windows, "
                + "\(NumberText.short(100 * requirement.confidence, 1)) % confidence · seed \(result.seed)",
            planLine, "",
        ]
        for group in result.groups where !group.results.isEmpty {
            lines.append(
                style.text("  \(group.policy.rawValue), \(NumberText.count(group.agents, "agent"))", .strong)
            )
            lines += table(group) + [""]
        }
        lines += rankingLines
        lines += result.sentences.flatMap { TextColumns.wrapped($0, after: "  ", to: width) }
        lines.append(style.verdictLine(result.verdict, result.exitCode))
        return lines.joined(separator: "\n") + "\n"
    }

    private var planLine: String {
        let looks = result.calibration.plan.looks
        let first = looks.first?.trials ?? 0
        return
            "  up to \(NumberText.count(looks.count, "look")): at \(NumberText.count(first)) windows with 0 breaches, "
            + "at last at \(NumberText.count(result.calibration.plan.mostTrials)) with "
            + "\(NumberText.count(looks.last?.certifiesUpTo ?? 0)) or fewer"
    }

    private func table(_ group: CalibrationResult.Group) -> [String] {
        let head = ["setting", "occupancy", "connects/h", "abandoned", "windows", "breached", "95 %", "verdict"]
        let rows = group.results.map { result in
            let breaches = MetricText(StudyMetric.abandonmentRate).cells(result.breachProbability)
            let isTested = result.windows > 0
            let mark = result == group.recommended ? "  ←" : ""
            return [
                result.setting.value ?? result.setting.policy.rawValue,
                result.occupancy.mean.map { NumberText.percent($0) } ?? "–",
                result.connectsPerAgentHour.mean.map { NumberText.fixed($0, 2) } ?? "–",
                result.abandonmentRate.mean.map { NumberText.short(100 * $0, 2) + " %" } ?? "–",
                isTested ? NumberText.count(result.windows) : "–",
                isTested ? NumberText.count(result.windowsBreached) : "–", isTested ? breaches[1] : "–",
                result.verdict.rawValue + mark,
            ]
        }
        return TextTable.lines([head] + rows).enumerated().map { $0 == 0 ? style.text($1, .quiet) : $1 }
    }

    private var rankingLines: [String] {
        let rankings = result.rankings
        guard !rankings.isEmpty else { return [] }
        let metric = MetricText(result.calibration.objective.metric, isDifference: true)
        let rows = rankings.map { ranking in
            [ranking.policy.rawValue, NumberText.count(ranking.agents)] + metric.cells(ranking.difference)
        }
        let title = "\(result.calibration.objective.rawValue) less that of the best policy"
        return TextTable.lines([["policy", "agents", title, "95 % interval"]] + rows).enumerated()
            .map { $0 == 0 ? style.text($1, .quiet) : $1 } + [""]
    }
}
