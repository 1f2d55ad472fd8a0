/// A page out of a stored result, for one whose own `report.html` is gone: everything but its pictures.
package enum StoredReport {
    package static func html(_ document: ResultDocument) throws -> String {
        let page = ReportPage(
            kind: "\(document.kind) report",
            scenario: document.scenario,
            verdict: document.verdict,
            sentence: document.sentence,
            exitCode: document.exitCode
        )
        let sections = [
            try ReportSection.judgements("Assertions", id: "assertions", document.assertions, showsNames: true),
            try ReportSection.metrics(document.metricRows),
            try ReportSection.table(document.comparison),
            try ReportSection.notes(document.notes),
        ]
        return try page.text(sections: sections.filter { !$0.isEmpty }.joined(separator: "\n"))
    }
}
