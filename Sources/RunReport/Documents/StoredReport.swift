import ExactJSON

/// A page out of a stored result, for one whose own `report.html` is gone.
package enum StoredReport {
    /// - Parameters:
    ///   - pictures: The sections with pictures that the caller drew from the document.
    ///   - missing: What the result's own page has and a stored result cannot give.
    package static func html(
        _ document: ResultDocument,
        pictures: [ReportSection?] = [],
        missing: [String] = []
    ) throws -> String {
        let isRun = document.kind == "run"
        let ofRun = isRun ? Self.ofRun(document) : (sections: [], missing: [])
        let facts = document.facts.isEmpty ? [] : [ReportBlock.bullets(document.facts)]
        return try ReportPage(
            kind: "\(document.kind) report",
            scenario: document.scenario,
            verdict: document.verdict,
            sentence: document.sentence,
            exitCode: document.exitCode,
            [
                .judgements("Assertions", id: "assertions", document.assertions, showsNames: true),
                .comparison(document.comparison),
            ] + pictures + ofRun.sections + [
                .metrics(document.metricRows), .notes(document.notes),
                ReportSection(
                    "From the stored result",
                    id: "stored",
                    facts + [.bullets(origin(missing + ofRun.missing))]
                ),
            ]
        ).text()
    }

    private static func ofRun(_ document: ResultDocument) -> (sections: [ReportSection?], missing: [String]) {
        let fit = document.goodnessOfFit?.sentence(
            on: document.outcomes,
            accuracyRate: document.json["accuracyRate"]?.double
        )
        let outcomes = ReportSection.outcomes(document.outcomes, isInjected: document.isInjected, fit: fit ?? "")
        let limit = document.json["calls"]?["concurrencyLimit"]?.integer ?? .max
        let timeline = document.timeline.flatMap { ReportSection.timeline($0, limit: limit) }
        return (
            [outcomes, timeline],
            (outcomes == nil ? ["the distribution of outcomes: the result has no ended call"] : [])
                + (timeline == nil ? ["the time line: the result has no such series"] : [])
        )
    }

    private static func origin(_ missing: [String]) -> [String] {
        ["This page was made from result.json; the page that the command wrote is gone."]
            + missing.map { "Not drawn: \($0)." }
    }
}
