import ExactJSON
import ScenarioFile
import SimulationAPI

/// The document `junit.xml`: one suite per run, one test case per assertion and threshold.
///
/// A threshold on a metric that a run does not measure is a `<skipped>` with the reason.
/// A failed assertion is a `<failure>`. An inconclusive one is a `<skipped>`, since JUnit has two verdicts only: CI
/// systems show skipped cases apart and do not fail the build; a script sees exit code 6. A run that did not come to its
/// end has an `<error>` in `simulation.completed`: the fault is in the test, not in what was tested.
public struct JUnitDocument: Sendable {
    private let result: RunResult

    /// The document of a result.
    public init(_ result: RunResult) { self.result = result }

    /// The XML text, UTF-8 with a declaration, ending in a newline.
    public var text: String {
        let facts = result.facts
        let cases =
            result.assertions.map { TestCase($0, hasEnded: facts.ending == .ended) }
            + result.skippedThresholds.map { TestCase($0) }
        func count(_ kind: String) -> Int { cases.count { $0.kind == kind } }
        let seconds = NumberText.fixed(max(0, facts.durationSeconds), 3)
        let totals = attributes([
            "tests": String(cases.count), "failures": String(count("failure")), "errors": String(count("error")),
            "skipped": String(count("skipped")), "time": seconds,
        ])
        let timestamp = String(facts.startedAt.description.prefix(19))
        let suite = attributes(["name": facts.scenario.name, "timestamp": timestamp, "id": facts.runID])
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#, "<testsuites name=\"ringback run\"\(totals)>",
            "  <testsuite\(suite)\(totals)>", "    <properties>",
        ]
        lines += properties.map { "      <property\(attributes(["name": $0, "value": $1]))/>" }
        lines.append("    </properties>")
        lines += cases.flatMap { $0.lines(className: "ringback.\(facts.scenario.name)") }.map { "    " + $0 }
        if !result.notes.isEmpty {
            let notes = MarkupText.escapedBlock(result.notes.joined(separator: "\n"))
            lines.append("    <system-out>\(notes)</system-out>")
        }
        lines += ["  </testsuite>", "</testsuites>", ""]
        return lines.joined(separator: "\n")
    }

    private var properties: [(String, String)] {
        let facts = result.facts
        var properties = [("runId", facts.runID), ("target", facts.target.rawValue), ("origin", facts.origin)]
        if let id = facts.simulationID { properties.append(("simulationId", id)) }
        if let seed = facts.seed { properties.append(("seed", String(seed))) }
        properties += facts.monitors.map { ("monitor:\($0.name)", $0.text) }
        return properties + [("verdict", result.verdict.rawValue), ("exitCode", String(result.exitCode.rawValue))]
    }

    private struct TestCase {
        private let name: String
        /// The element that shows the verdict; empty for pass.
        private(set) var kind = ""
        private var message: String
        private var detail = ""

        init(_ assertion: Assertion, hasEnded: Bool) {
            (name, detail) = (assertion.name, assertion.detail)
            message = "observed \(assertion.observed), expected \(assertion.expected)"
            switch assertion.verdict {
            case .pass: break
            case .inconclusive: (kind, message) = ("skipped", "inconclusive: " + message)
            case .fail: kind = hasEnded || assertion.demand != .simulationCompleted ? "failure" : "error"
            }
        }

        init(_ skipped: RunResult.SkippedThreshold) {
            name = Demand.threshold(skipped.metric, skipped.expected).name
            (kind, message) = ("skipped", skipped.reason)
        }

        func lines(className: String) -> [String] {
            let start = "<testcase" + attributes(["classname": className, "name": name, "time": "0"])
            if kind.isEmpty { return [start + "/>"] }
            let type = kind == "skipped" ? "" : attributes(["type": name])
            let end = detail.isEmpty ? "/>" : ">\(MarkupText.escaped(detail))</\(kind)>"
            return [start + ">", "  <\(kind)\(attributes(["message": message]))\(type)\(end)", "</testcase>"]
        }
    }
}

private func attributes(_ attributes: KeyValuePairs<String, String>) -> String {
    attributes.map { " \($0)=\"\(MarkupText.escaped($1))\"" }.joined()
}
