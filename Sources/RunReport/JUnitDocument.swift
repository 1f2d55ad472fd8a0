import ExactJSON
import ScenarioFile
import SimulationAPI

/// The document `junit.xml`: one suite per run or simulation, one test case per assertion and threshold.
///
/// A threshold on a metric that the command does not measure is a `<skipped>` with the reason.
/// A failed assertion is a `<failure>`. An inconclusive one is a `<skipped>`, since JUnit has two verdicts only: CI
/// systems show skipped cases apart and do not fail the build; a script sees exit code 6. A run that did not come to its
/// end has an `<error>` in `simulation.completed`: the fault is in the test, not in what was tested.
public struct JUnitDocument: Sendable {
    /// What an inconclusive assertion becomes.
    package enum Inconclusive: String, CaseIterable, Sendable {
        case failure, skipped
    }

    private let document: ResultDocument
    private let inconclusive: Inconclusive

    /// The document of a result.
    public init(_ result: RunResult) { self.init(ResultDocument(result)) }

    /// The document of any command's result.
    package init(_ document: ResultDocument, inconclusive: Inconclusive = .skipped) {
        (self.document, self.inconclusive) = (document, inconclusive)
    }

    /// The XML text, UTF-8 with a declaration, ending in a newline.
    public var text: String {
        let cases = (document.assertions + document.skipped).map {
            TestCase($0, hasEnded: document.hasEnded, inconclusive)
        }
        func count(_ kind: String) -> Int { cases.count { $0.kind == kind } }
        let seconds = NumberText.fixed(max(0, document.json["durationSeconds"]?.double ?? 0), 3)
        let totals = attributes([
            ("tests", String(cases.count)), ("failures", String(count("failure"))),
            ("errors", String(count("error"))), ("skipped", String(count("skipped"))), ("time", seconds),
        ])
        let timestamp = document.json["startedAt"]?.string.map { ("timestamp", String($0.prefix(19))) }
        let id = document.runID.map { ("id", $0) }
        let suite = attributes([("name", document.scenario), timestamp, id].compactMap { $0 })
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            "<testsuites name=\"ringback \(MarkupText.escaped(document.kind))\"\(totals)>",
            "  <testsuite\(suite)\(totals)>", "    <properties>",
        ]
        lines += properties.map { "      <property\(attributes([("name", $0), ("value", $1)]))/>" }
        lines.append("    </properties>")
        lines += cases.flatMap { $0.lines(className: "ringback.\(document.scenario)") }.map { "    " + $0 }
        let notes = document.notes + (document.comparison?.remarks ?? [])
        if !notes.isEmpty {
            lines.append("    <system-out>\(MarkupText.escapedBlock(notes.joined(separator: "\n")))</system-out>")
        }
        lines += ["  </testsuite>", "</testsuites>", ""]
        return lines.joined(separator: "\n")
    }

    private var properties: [(String, String)] {
        let json = document.json
        var properties: [(String, String)] = ["runId", "target", "origin", "simulationId"].compactMap { name in
            json[name]?.string.map { (name, $0) }
        }
        if let seed = document.seed { properties.append(("seed", String(seed))) }
        if let count = json["replications"]?.number { properties.append(("replications", count)) }
        properties += (json["monitors"]?.elements ?? []).map {
            let totals = MonitorTotals($0)
            return ("monitor:\(totals.name)", totals.text)
        }
        properties += ComparedMetric.allCases.compactMap { metric in
            json["metrics"]?[metric.rawValue]?["mean"]?.number.map { ("metric:\(metric.rawValue)", $0) }
        }
        if let baseline = json["comparison"]?["baseline"]?.string { properties.append(("baseline", baseline)) }
        properties += (json["comparison"]?["metrics"]?.elements ?? []).compactMap { row in
            guard let name = row["name"]?.string, let mean = row["difference"]?["mean"]?.number else { return nil }
            let ends = [row["difference"]?["low"]?.number, row["difference"]?["high"]?.number].compactMap { $0 }
            return ("difference:\(name)", ends.count == 2 ? "\(mean) (\(ends[0])…\(ends[1]))" : mean)
        }
        let exitCode = document.exitCode.map { ("exitCode", String($0)) }
        return properties + [("verdict", document.verdict.rawValue)] + [exitCode].compactMap { $0 }
    }

    private struct TestCase {
        private let name: String
        /// The element that shows the verdict; empty for pass.
        private(set) var kind = ""
        private var message: String
        private var detail = ""

        init(_ judged: ResultDocument.Judged, hasEnded: Bool, _ inconclusive: Inconclusive) {
            name = judged.name
            guard let verdict = judged.verdict else {
                (kind, message) = ("skipped", judged.detail)
                return
            }
            detail = judged.detail
            message = "observed \(judged.observed), expected \(judged.expected)"
            switch verdict {
            case .pass: break
            case .inconclusive: (kind, message) = (inconclusive.rawValue, "inconclusive: " + message)
            case .fail: kind = hasEnded || name != Demand.simulationCompleted.name ? "failure" : "error"
            }
        }

        func lines(className: String) -> [String] {
            let start = "<testcase" + attributes([("classname", className), ("name", name), ("time", "0")])
            if kind.isEmpty { return [start + "/>"] }
            let type = kind == "skipped" ? "" : attributes([("type", name)])
            // An error's detail lists problems line by line.
            let text = kind == "error" ? MarkupText.escapedBlock(detail) : MarkupText.escaped(detail)
            let end = detail.isEmpty ? "/>" : ">\(text)</\(kind)>"
            return [start + ">", "  <\(kind)\(attributes([("message", message)]))\(type)\(end)", "</testcase>"]
        }
    }
}

private func attributes(_ attributes: [(String, String)]) -> String {
    attributes.map { " \($0)=\"\(MarkupText.escaped($1))\"" }.joined()
}

extension MonitorTotals {
    /// The totals as a document holds them.
    fileprivate init(_ json: JSONValue) {
        self.init(
            name: json["name"]?.string ?? "",
            kind: json["kind"]?.string ?? "",
            required: json["required"]?.bool ?? false
        )
        func count(_ name: String) -> Int { json[name]?.integer ?? 0 }
        (delivered, pending, dead, disabled) = (count("delivered"), count("pending"), count("dead"), count("disabled"))
    }
}
