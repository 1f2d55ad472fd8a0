import ExactJSON

/// A page out of a stored result.
package enum StoredReport {
    /// The page of a result whose own `report.html` is gone; it says so.
    ///
    /// - Parameters:
    ///   - pictures: The sections with pictures that the caller drew from the document.
    ///   - missing: What the result's own page has and a stored result cannot give.
    package static func html(
        _ document: ResultDocument,
        pictures: [ReportSection?] = [],
        missing: [String] = []
    ) throws -> String {
        let missing = missing + (document.kind == "run" ? missingInRun(document) : [])
        let facts = document.facts.isEmpty ? [] : [ReportBlock.bullets(document.facts)]
        let origin =
            ["This page was made from result.json; the page that the command wrote is gone."]
            + missing.map { "Not drawn: \($0)." }
        return try page(
            document,
            pictures: pictures,
            more: [ReportSection("From the stored result", id: "stored", facts + [.bullets(origin)])]
        ).text()
    }

    /// The page of a result, for somebody who also has its files.
    package static func page(
        _ document: ResultDocument,
        pictures: [ReportSection?] = [],
        more: [ReportSection?] = []
    ) -> ReportPage {
        let ofRun = document.kind == "run"
        return ReportPage(
            kind: "\(document.kind) report",
            scenario: document.scenario,
            verdict: document.verdict,
            sentence: document.sentence,
            exitCode: document.exitCode,
            [
                ofRun ? .errors(document) : nil,
                .judgements("Assertions", id: "assertions", document.assertions, showsNames: true),
                .comparison(document.comparison),
            ] + pictures
                + (ofRun ? [outcomes(document), .abandonment(document), timeline(document), .numbers(document)] : [])
                + [.metrics(document.metricRows), ofRun ? .monitors(document) : nil, .notes(document.notes)]
                + (ofRun ? [.checkpoint(document)] : []) + more
        )
    }

    private static func outcomes(_ document: ResultDocument) -> ReportSection? {
        let fit = document.goodnessOfFit?.sentence(
            on: document.outcomes,
            accuracyRate: document.json["accuracyRate"]?.double
        )
        return .outcomes(document.outcomes, isInjected: document.isInjected, fit: fit ?? "")
    }

    private static func timeline(_ document: ResultDocument) -> ReportSection? {
        let limit = document.json["calls"]?["concurrencyLimit"]?.integer ?? .max
        return document.timeline.flatMap { .timeline($0, limit: limit) }
    }

    private static func missingInRun(_ document: ResultDocument) -> [String] {
        (outcomes(document) == nil ? ["the distribution of outcomes: the result has no ended call"] : [])
            + (timeline(document) == nil ? ["the time line: the result has no such series"] : [])
    }
}
