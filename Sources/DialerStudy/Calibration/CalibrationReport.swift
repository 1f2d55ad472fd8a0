import DialerEngine
import ExactJSON
import Mustache
import RunReport
import Statistics

/// The document `report.html` of a calibration: what to dial with, the frontier, and every setting.
package struct CalibrationReport: Sendable {
    private let result: CalibrationResult
    private let command: String

    package init(_ result: CalibrationResult, command: String) { (self.result, self.command) = (result, command) }

    /// The HTML text, UTF-8.
    package func text() throws -> String {
        TemplateValue.render(try MustacheTemplate(string: CalibrationReportTemplate.text), values)
    }

    private var values: [String: TemplateValue] {
        let requirement = result.calibration.plan.requirement
        let plan = result.calibration.plan
        return [
            "style": .markup(ReportStyle.text + CalibrationReportTemplate.style), "scenario": .text(result.scenario),
            "command": .text(command), "verdict": .text(result.verdict.rawValue),
            "verdictWord": .text(result.verdict.rawValue.uppercased()), "mark": .text(result.verdict.mark),
            "exitCode": .text(String(result.exitCode.rawValue)),
            "sentence": .text(
                "\(NumberText.short(100 * requirement.proportion, 1)) % of windows keep \(result.calibration.profile.name), "
                    + "shown with \(NumberText.short(100 * requirement.confidence, 1)) % confidence."
            ),
            "sentences": .list(result.sentences.map { ["sentence": .text($0)] }),
            "chart": .markup(FrontierChart(result)?.svg.markup ?? ""), "groups": .list(groups),
            "plan": .text(
                plan.looks.map { "\($0.trials) windows with \($0.certifiesUpTo) or fewer breached" }.joined(
                    separator: "; "
                )
            ),
            "wrong": .text(
                NumberText.short(100 * plan.probabilities(failure: 1 - requirement.proportion).certified, 2)
            ),
            "power": .text(
                NumberText.short(100 * plan.probabilities(failure: (1 - requirement.proportion) / 2).certified, 1)
            ),
        ]
    }

    private var groups: [[String: TemplateValue]] {
        let rate = MetricText(StudyMetric.abandonmentRate)
        return result.groups.map { group in
            [
                "title": .text("\(group.policy.rawValue), \(NumberText.count(group.agents, "agent"))"),
                "settings": .list(
                    group.results.map { result in
                        let breaches = rate.cells(result.breachProbability)
                        return [
                            "verdict": .text(Self.className(result.verdict)), "word": .text(result.verdict.rawValue),
                            "value": .text(result.setting.value ?? "–"),
                            "best": .text(result == group.recommended ? "←" : ""),
                            "occupancy": .text(result.occupancy.mean.map { NumberText.percent($0) } ?? "–"),
                            "connects": .text(result.connectsPerAgentHour.mean.map { NumberText.fixed($0, 2) } ?? "–"),
                            "abandoned": .text(
                                result.abandonmentRate.mean.map { NumberText.short(100 * $0, 2) + " %" } ?? "–"
                            ),
                            "windows": .text(result.windows > 0 ? NumberText.count(result.windows) : "–"),
                            "breached": .text(result.windows > 0 ? NumberText.count(result.windowsBreached) : "–"),
                            "interval": .text(result.windows > 0 ? breaches[1] : "–"),
                        ]
                    }
                ),
            ]
        }
    }

    private static func className(_ verdict: SettingResult.Certification) -> String {
        switch verdict {
        case .certified: "pass"
        case .rejected: "fail"
        case .inconclusive: "inconclusive"
        case .notTested: "reported"
        }
    }
}

/// The frontier: occupancy against the probability that a window is breached, a mark for each setting.
struct FrontierChart {
    private let groups: [CalibrationResult.Group]
    private let permitted: Double
    private let across: AxisScale
    private let low: Double
    private let high: Double
    private static let height = 260.0
    private static let top = 30.0

    init?(_ result: CalibrationResult) {
        groups = result.groups
        permitted = 1 - result.calibration.plan.requirement.proportion
        let tested = groups.flatMap(\.results).filter { $0.windows > 0 }
        let occupancies = tested.compactMap(\.occupancy.mean)
        guard let least = occupancies.min(), let most = occupancies.max() else { return nil }
        across = AxisScale(
            upTo: min(1, max(permitted * 3, tested.compactMap(\.breachProbability.mean).max() ?? 0)),
            steps: 5
        )
        let margin = max(0.01, (most - least) * 0.1)
        (low, high) = (
            max(0, ((least - margin) * 20).rounded(.down) / 20), min(1, ((most + margin) * 20).rounded(.up) / 20)
        )
    }

    var svg: SVG {
        let base = Self.top + Self.height
        var svg = SVG(
            title: "Occupancy against the probability that a window is breached",
            description: "Each mark is a setting; filled ones are certified. Left and up is better.",
            id: "frontier",
            height: base + 44
        )
        svg.text("Occupancy", 0, Self.top - 12, "label")
        svg.text("- - permitted: \(NumberText.percent(permitted)) of windows", 1, Self.top - 12, "value", .end)
        var mark = low
        while mark <= high + 1e-9 {
            svg.horizontal(y(mark), mark == low ? "axis" : "grid")
            svg.text(NumberText.percent(mark), 0, y(mark) + 4, "tick", .end, shift: -6)
            mark += high - low > 0.31 ? 0.1 : 0.05
        }
        svg.vertical(x(permitted), from: Self.top, to: base, "limit")
        for mark in across.marks {
            svg.vertical(x(mark), from: base, to: base + 4, "axis")
            svg.tick(NumberText.percent(mark), x(mark), base + 18)
        }
        svg.text("Windows breached", 0.5, base + 38, "label", .middle)
        for (index, group) in groups.enumerated() {
            for result in group.results where result.windows > 0 {
                guard let share = result.breachProbability.mean, let occupancy = result.occupancy.mean else { continue }
                let isCertified = result.verdict == .certified
                let name = result.setting.title
                svg.mark(
                    x(share),
                    y(occupancy),
                    "s\(index % 4) \(isCertified ? "filled" : "open")",
                    tip: "\(name): \(result.verdict.rawValue)"
                )
                if result == group.recommended {
                    svg.text(name, x(share), y(occupancy) + 4, "value", .start, shift: 10)
                }
            }
        }
        return svg
    }

    private func x(_ share: Double) -> Double { min(1, share / across.end) }
    private func y(_ occupancy: Double) -> Double { Self.top + Self.height * (1 - (occupancy - low) / (high - low)) }
}

extension CalibrationResult {
    /// Every setting as a line of comma-separated values.
    package var csv: String {
        let head = [
            "policy", "agents", "over", "value", "occupancy", "connectsPerAgentHour", "abandonmentRate", "windows",
            "windowsBreached", "breachProbability", "breachLow", "breachHigh", "verdict",
        ]
        let lines = groups.flatMap(\.results).map { result in
            let numbers = [result.occupancy.mean, result.connectsPerAgentHour.mean, result.abandonmentRate.mean]
            let breaches = [
                result.breachProbability.mean, result.breachProbability.interval?.lower,
                result.breachProbability.interval?.upper,
            ]
            func text(_ value: Double?) -> String { value.map { JSONValue.double($0).text } ?? "" }
            return [
                result.setting.policy.rawValue, "\(result.setting.agents)", result.setting.over ?? "",
                result.setting.value ?? "",
            ] + numbers.map(text) + ["\(result.windows)", "\(result.windowsBreached)"] + breaches.map(text)
                + [result.verdict.rawValue]
        }
        return ([head] + lines).map { $0.joined(separator: ",") + "\r\n" }.joined()
    }
}
