import ExactJSON
import Mustache
import ScenarioFile
import SimulationAPI

/// The document `report.html`: one file without scripts and requests, for a screen, a phone or paper.
public struct HTMLReport: Sendable {
    private let result: RunResult
    private let command: String

    /// The report of a result.
    ///
    /// - Parameter command: The command that runs the same again; by default it is made from target and seed.
    public init(_ result: RunResult, command: String? = nil) {
        self.result = result
        let seed = result.facts.seed.map { " --seed \($0)" } ?? ""
        self.command = command ?? "ringback run SCENARIO --target \(result.facts.target.rawValue)\(seed)"
    }

    /// The HTML text, UTF-8.
    ///
    /// - Throws: an error of the template engine if the template is malformed; a test makes sure that it is not.
    public func text() throws -> String {
        let page = ReportPage(
            kind: "run report",
            scenario: result.facts.scenario.name,
            verdict: result.verdict,
            sentence: sentence,
            exitCode: Int(result.exitCode.rawValue)
        )
        var values = values
        values["assertions"] = .markup(
            try ReportSection.judgements(
                "Assertions",
                id: "assertions",
                ResultDocument(result).assertions,
                showsNames: true
            )
        )
        values["comparison"] = .markup(try ReportSection.comparison(result.baseline?.comparison))
        values["notes"] = .markup(try ReportSection.notes(result.notes))
        return try page.text(ReportTemplate.text, values)
    }

    private var values: [String: TemplateValue] {
        let facts = result.facts
        let errors = facts.status?.errors ?? []
        var values: [String: TemplateValue] = [
            "command": .text(command), "run": .list(run), "numbers": .list(numbers),
            "isSeen": .flag(facts.status != nil || facts.calls.seen > 0 || facts.webhooks.received > 0),
            "hasErrors": .flag(!errors.isEmpty),
            "errors": .list(errors.prefix(100).map { ["code": .text($0.code), "message": .text($0.message)] }),
            "hasMonitors": .flag(!facts.monitors.isEmpty), "monitors": .list(facts.monitors.map(\.values)),
            "hasCheckpoint": .flag(facts.auditCheckpoint != nil),
            "auditEntries": .text(NumberText.count(facts.auditCheckpoint?.size ?? 0)),
            "checkpoint": .block(facts.auditCheckpoint?.note ?? ""),
            "payload": .block(facts.payload.json(extensions: true).prettyText),
        ]
        let hasOutcomes = result.outcomes.contains { $0.observed > 0 }
        values["hasOutcomes"] = .flag(hasOutcomes)
        values["outcomes"] = .list(outcomes)
        values["outcomeChart"] = .markup(hasOutcomes ? OutcomeChart(result).svg.markup : "")
        values["fit"] = .text(fit)
        let timeline = TimelineChart(facts)
        values["hasTimeline"] = .flag(timeline != nil)
        values["timelineChart"] = .markup(timeline?.svg.markup ?? "")
        values["timelineStart"] = .text(facts.calls.timeline.start.description)
        return values
    }

    private var outcomes: [[String: TemplateValue]] {
        let isInjected = result.facts.payload.outcomes.enabled
        return result.outcomes.map { share in
            [
                "outcome": .text(share.outcome.rawValue),
                "injected": .text(isInjected ? NumberText.percent(share.injected) : "–"),
                "observed": .text(NumberText.count(share.observed)), "share": .text(NumberText.percent(share.share)),
                "interval": .text(NumberText.percentRange(share.low, share.high, digits: 1)),
            ]
        }
    }

    private var sentence: String {
        let facts = result.facts
        if facts.ending != .ended {
            return "The run did not come to its end: \(facts.ending.title)"
                + (facts.ending.reason.map { ", \($0)" } ?? "")
        }
        let count = result.assertions.count
        for (verdict, words) in [(Verdict.fail, "failed"), (.inconclusive, "could not be decided")] {
            let titles = result.assertions.filter { $0.verdict == verdict }.map(\.title)
            if titles.isEmpty { continue }
            return "\(titles.count) of \(count) assertions \(words): \(titles.joined(separator: ", "))."
        }
        return "All \(count) assertions hold."
    }

    private var run: [[String: TemplateValue]] {
        let facts = result.facts
        let rows: [(String, String?)] = [
            ("Target", "\(facts.target.rawValue) · \(facts.origin)"), ("Run", facts.runID),
            ("Simulation", facts.simulationID),
            ("State", facts.status?.stateWord), ("Tag", facts.payload.tag), ("Seed", facts.seed.map { String($0) }),
            ("Campaign", facts.payload.campaignID), ("Started", facts.startedAt.description),
            ("Finished", "\(facts.finishedAt) (\(Duration.text(seconds: facts.durationSeconds)))"),
        ]
        return rows.compactMap { name, value in value.map { ["name": .text(name), "value": .text($0)] } }
    }

    private var numbers: [[String: TemplateValue]] {
        let (calls, webhooks) = (result.facts.calls, result.facts.webhooks)
        func counts(_ rows: KeyValuePairs<String, Int>) -> [(String, String)] {
            rows.map { ($0.key, NumberText.count($0.value)) }
        }
        let rows =
            counts([
                "Attempted": result.facts.callsAttempted, "Completed": calls.completed, "Abandoned": calls.abandoned,
                "Peak at once": calls.peakConcurrency,
            ]) + [
                ("Accuracy", result.accuracyRate.map { NumberText.short($0, 4) } ?? "–"),
                ("Mean duration", NumberText.short(calls.averageLatencyMs / 1000, 1) + " s"),
            ]
            + counts([
                "Received": webhooks.received, "Unique events": webhooks.unique, "Calls lost": webhooks.lost,
                "Duplicates": webhooks.duplicates, "Late": webhooks.late, "Unknown": webhooks.unknown,
                "In quarantine": webhooks.quarantined, "Refused": webhooks.rejected,
            ]) + [("Signatures", webhooks.signed ? "demanded" : "not demanded")]
        return rows.map { name, value in
            let isBad = name == "Calls lost" && webhooks.lost > 0
            return ["name": .text(name), "value": .text(value), "class": .text(isBad ? "bad" : "")]
        }
    }

    private var fit: String {
        guard let fit = result.goodnessOfFit else { return "" }
        let word =
            switch fit.verdict {
            case .pass: "The observed outcomes fit the injected distribution"
            case .inconclusive: "The sample is too small to judge the fit"
            case .fail: "The observed outcomes do not fit the injected distribution"
            }
        let impossible = result.outcomes.filter { $0.injected.isZero && $0.observed > 0 }.map(\.outcome.rawValue)
        guard impossible.isEmpty else {
            return "\(word): \(impossible.joined(separator: ", ")) was injected with probability 0."
        }
        let accuracy = result.accuracyRate.map { "; accuracy rate \(NumberText.short($0, 4))" } ?? ""
        return
            "\(word): \(fit.test) test, χ² = \(NumberText.short(fit.statistic, 2)), p = \(NumberText.pValue(fit.pValue))\(accuracy)."
    }
}

extension MonitorTotals {
    fileprivate var values: [String: TemplateValue] {
        [
            "name": .text(name), "kind": .text(kind + (required ? ", required" : "")),
            "delivered": .text(NumberText.count(delivered)), "pending": .text(NumberText.count(pending)),
            "dead": .text(NumberText.count(dead)), "disabled": .text(NumberText.count(disabled)),
            "isIncomplete": .flag(!isComplete), "advice": .text(advice ?? ""), "class": .text(required ? " fail" : ""),
        ]
    }
}
