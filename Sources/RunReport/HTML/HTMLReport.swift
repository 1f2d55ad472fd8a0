import ExactJSON
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
        try ReportPage(
            kind: "run report",
            scenario: result.facts.scenario.name,
            verdict: result.verdict,
            sentence: sentence,
            exitCode: Int(result.exitCode.rawValue),
            sections
        ).text()
    }

    private var sections: [ReportSection?] {
        let facts = result.facts
        return [
            errors,
            .judgements("Assertions", id: "assertions", ResultDocument(result).assertions, showsNames: true),
            .comparison(result.baseline?.comparison), .outcomes(result.outcomes, isInjected: isInjected, fit: fit),
            .timeline(facts.calls.timeline, limit: facts.payload.concurrencyLimit), numbers, monitors,
            .notes(result.notes), run, audit,
            ReportSection(
                "Payload as sent",
                id: "payload",
                [.verbatim(facts.payload.json(extensions: true).prettyText)]
            ),
        ]
    }

    private var isInjected: Bool { result.facts.payload.outcomes.enabled }

    private var errors: ReportSection? {
        let errors = result.facts.status?.errors ?? []
        guard !errors.isEmpty else { return nil }
        return ReportSection(
            "Errors of the remote side",
            id: "errors",
            [.codes(errors.prefix(100).map { ($0.code, $0.message) })]
        )
    }

    private var monitors: ReportSection? {
        guard !result.facts.monitors.isEmpty else { return nil }
        let rows = result.facts.monitors.map { monitor in
            let counts = [monitor.delivered, monitor.pending, monitor.dead, monitor.disabled]
            return ReportTable.Row(
                [.named(monitor.name, code: monitor.kind + (monitor.required ? ", required" : ""))]
                    + counts.map { .text(NumberText.count($0)) },
                standing: monitor.required && !monitor.isComplete ? .fail : .reported,
                remark: monitor.isComplete ? "" : monitor.advice ?? ""
            )
        }
        let heads = ["Delivered", "Pending", "Dead", "Disabled"].map { ReportTable.Column.number($0) }
        let table = ReportTable("Monitors", [.text("Monitor")] + heads, rows, isStacked: true)
        return ReportSection("Monitors", id: "monitors", [.table(table)])
    }

    private var audit: ReportSection? {
        guard let checkpoint = result.facts.auditCheckpoint else { return nil }
        return ReportSection(
            "Audit",
            id: "audit",
            [
                .paragraph(
                    "The audit log has \(NumberText.count(checkpoint.size)) entries with this verdict, and signs their root "
                        + "in this checkpoint. Kept elsewhere, it proves later that none of them was altered."
                ), .verbatim(checkpoint.note, wrapped: true),
                .command("Check it", "ringback audit verify DIR --checkpoint FILE"),
            ]
        )
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

    private var run: ReportSection {
        let facts = result.facts
        return ReportSection(
            "Run",
            id: "run",
            [
                .facts([
                    ("Target", "\(facts.target.rawValue) · \(facts.origin)"), ("Run", facts.runID),
                    ("Simulation", facts.simulationID), ("State", facts.status?.stateWord), ("Tag", facts.payload.tag),
                    ("Seed", facts.seed.map { String($0) }), ("Campaign", facts.payload.campaignID),
                    ("Started", facts.startedAt.description),
                    ("Finished", "\(facts.finishedAt) (\(Duration.text(seconds: facts.durationSeconds)))"),
                ]), .command("Run it again", command),
            ]
        )
    }

    private var numbers: ReportSection? {
        let (facts, calls, webhooks) = (result.facts, result.facts.calls, result.facts.webhooks)
        guard facts.status != nil || calls.seen > 0 || webhooks.received > 0 else { return nil }
        func counts(_ rows: KeyValuePairs<String, Int>) -> [ReportBlock.Fact] {
            rows.map { .init($0.key, NumberText.count($0.value), isBad: $0.key == "Calls lost" && $0.value > 0) }
        }
        let dialled = counts([
            "Attempted": facts.callsAttempted, "Completed": calls.completed, "Abandoned": calls.abandoned,
            "Peak at once": calls.peakConcurrency,
        ])
        let means = [
            ReportBlock.Fact("Accuracy", result.accuracyRate.map { NumberText.short($0, 4) } ?? "–"),
            .init("Mean duration", NumberText.short(calls.averageLatencyMs / 1000, 1) + " s"),
        ]
        let received = counts([
            "Received": webhooks.received, "Unique events": webhooks.unique, "Calls lost": webhooks.lost,
            "Duplicates": webhooks.duplicates, "Late": webhooks.late, "Unknown": webhooks.unknown,
            "In quarantine": webhooks.quarantined, "Refused": webhooks.rejected,
        ])
        let signatures = ReportBlock.Fact("Signatures", webhooks.signed ? "demanded" : "not demanded")
        return ReportSection(
            "Calls and webhooks",
            id: "webhooks",
            [.numbers(dialled + means + received + [signatures])]
        )
    }

    private var fit: String {
        result.goodnessOfFit?.sentence(on: result.outcomes, accuracyRate: result.accuracyRate) ?? ""
    }
}
