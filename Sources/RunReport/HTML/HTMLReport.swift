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
        let (facts, document) = (result.facts, ResultDocument(result))
        return [
            .errors(document),
            .judgements("Assertions", id: "assertions", document.assertions, showsNames: true),
            .comparison(result.baseline?.comparison), .outcomes(result.outcomes, isInjected: isInjected, fit: fit),
            .abandonment(document), .timeline(facts.calls.timeline, limit: facts.payload.concurrencyLimit),
            .numbers(document), .monitors(document), .notes(result.notes), run, .checkpoint(document),
            ReportSection(
                "Payload as sent",
                id: "payload",
                [.verbatim(facts.payload.json(extensions: true).prettyText)]
            ),
        ]
    }

    private var isInjected: Bool { result.facts.payload.outcomes.enabled }

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

    private var fit: String {
        result.goodnessOfFit?.sentence(on: result.outcomes, accuracyRate: result.accuracyRate) ?? ""
    }
}
