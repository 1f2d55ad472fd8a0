package import ExactJSON

/// A `result.json` as the renderings read it: what every command's document has in common.
///
/// JUnit, Markdown, CSV and annotations are made from the document alone, so they can be made again at any time.
package struct ResultDocument: Hashable, Sendable {
    package let json: JSONValue

    /// One judgement of the document.
    package struct Judged: Hashable, Sendable {
        package let name: String
        package let title: String
        /// Nil if it was not judged, and only reported.
        package let verdict: Verdict?
        package let observed: String
        package let expected: String
        package let detail: String

        package init(
            name: String,
            title: String,
            verdict: Verdict?,
            observed: String,
            expected: String,
            detail: String
        ) {
            (self.name, self.title, self.verdict) = (name, title, verdict)
            (self.observed, self.expected, self.detail) = (observed, expected, detail)
        }

        package init(_ assertion: Assertion) {
            self.init(
                name: assertion.name,
                title: assertion.title,
                verdict: assertion.verdict,
                observed: assertion.observed,
                expected: assertion.expected,
                detail: assertion.detail
            )
        }

        /// The judgement as every document writes it.
        package var json: JSONValue {
            [
                "name": .string(name), "title": .string(title),
                "verdict": .string(verdict?.rawValue ?? "reported"), "observed": .string(observed),
                "expected": .string(expected), "detail": .string(detail),
            ]
        }
    }

    /// Reads a document; nil if it names no scenario or no verdict.
    package init?(_ json: JSONValue) {
        guard json["scenario"]?.string != nil, json["verdict"]?.string != nil else { return nil }
        self.json = json
    }

    package init(_ result: RunResult) { json = result.json }

    init(_ run: UnfinishedRun) { json = run.json }

    /// The command, such as `run`.
    package var kind: String { json["kind"]?.string ?? (json["metrics"] == nil ? "run" : "simulate") }
    package var scenario: String { text("scenario") }
    package var runID: String? { json["runId"]?.string }
    package var seed: Int? { json["seed"]?.integer }
    package var verdict: Verdict { Verdict(rawValue: text("verdict")) ?? .inconclusive }
    package var exitCode: Int? { json["exitCode"]?.integer }
    package var notes: [String] { (json["notes"]?.elements ?? []).compactMap(\.string) }

    package var assertions: [Judged] {
        (json["assertions"]?.elements ?? []).map { item in
            func text(_ name: String) -> String { item[name]?.string ?? "" }
            return Judged(
                name: text("name"),
                title: item["title"]?.string ?? text("name"),
                verdict: Verdict(rawValue: text("verdict")),
                observed: text("observed"),
                expected: text("expected"),
                detail: text("detail")
            )
        }
    }

    /// Thresholds that were not judged, each with the reason as its detail.
    package var skipped: [Judged] {
        (json["skippedThresholds"]?.elements ?? []).map { item in
            let (metric, expected) = (item["metric"]?.string ?? "", item["expected"]?.string ?? "")
            let demand = Demand.threshold(metric, expected)
            let reason = item["reason"]?.string ?? ""
            return Judged(
                name: demand.name,
                title: demand.title,
                verdict: nil,
                observed: "",
                expected: expected,
                detail: reason
            )
        }
    }

    /// Whether the run or the simulation came to its end.
    var hasEnded: Bool { json["ending"].map { $0["kind"]?.string == RunEnding.ended.name } ?? true }

    /// The verdict in one sentence.
    package var sentence: String {
        if !hasEnded { return json["ending"]?["reason"]?.string ?? "It did not come to its end." }
        let assertions = assertions
        for (verdict, words) in [(Verdict.fail, "failed"), (.inconclusive, "could not be decided")] {
            let titles = assertions.filter { $0.verdict == verdict }.map(\.title)
            if titles.isEmpty { continue }
            return "\(titles.count) of \(assertions.count) assertions \(words): \(titles.joined(separator: ", "))."
        }
        return assertions.isEmpty ? "Nothing was demanded." : "All \(assertions.count) assertions hold."
    }

    /// What was run, in short facts such as `seed 7`.
    package var facts: [String] {
        let replications = json["replications"]?.integer.map { NumberText.count($0, "replication") }
        let calls = json["calls"]?["attempted"]?.integer.map { NumberText.count($0, "call") }
        return [
            exitCode.map { "exit \($0)" }, seed.map { "seed \($0)" }, replications, calls, runID.map { "run \($0)" },
        ].compactMap { $0 }
    }

    /// The metrics with their intervals as text: name, mean, interval.
    package var metricRows: [[String]] {
        let named = ComparedMetric.allCases.compactMap { metric -> [String]? in
            guard let value = json["metrics"]?[metric.rawValue], let mean = value["mean"]?.double else { return nil }
            guard let low = value["low"]?.double, let high = value["high"]?.double else {
                return [metric.title, metric.unit.text(mean, digits: 2), "–"]
            }
            let digits = metric.unit.digits(forWidth: high - low)
            let range = "\(metric.unit.number(low, digits))…\(metric.unit.number(high, digits))"
            return [metric.title, metric.unit.text(mean, digits: digits), range + metric.unit.suffix(false)]
        }
        return named
    }

    /// The comparison's table and remarks; nil without one.
    package var comparison: (heading: String, rows: [[String]], remarks: [String])? {
        guard let json = json["comparison"], let comparison = BaselineComparison(json) else { return nil }
        return (comparison.heading, comparison.table, comparison.remarks)
    }

    private func text(_ name: String) -> String { json[name]?.string ?? "" }
}
