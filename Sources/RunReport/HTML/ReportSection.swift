/// A part of a report under a heading of its own.
package struct ReportSection: Sendable {
    let title: String
    /// A name that is unique in the page.
    let id: String
    let blocks: [ReportBlock]

    package init(_ title: String, id: String, _ blocks: [ReportBlock]) {
        (self.title, self.id, self.blocks) = (title, id, blocks)
    }

    /// Sections as markup, for a page of another kind.
    package static func markup(of sections: [ReportSection]) throws -> String {
        let library = try ReportTemplate.library()
        return sections.map { TemplateValue.render($0.values, library, "section") }.joined()
    }

    var values: [String: TemplateValue] {
        ["title": .text(title), "id": .text(id), "blocks": .list(blocks.map(\.values))]
    }

    /// Judgements with their verdicts, what was seen, and what was demanded; nil without one.
    ///
    /// - Parameter heads: The heads of the columns for what was judged, seen and demanded.
    package static func judgements(
        _ title: String,
        id: String,
        _ rows: [ResultDocument.Judged],
        heads: [String] = ["Assertion", "Observed", "Expected"],
        showsNames: Bool = false
    ) -> ReportSection? {
        guard !rows.isEmpty else { return nil }
        let lines = rows.map { row in
            ReportTable.Row(
                [
                    .chip(row.verdict?.rawValue ?? "reported"),
                    showsNames ? .named(row.title, code: row.name) : .text(row.title), .text(row.observed),
                    .text(row.expected),
                ],
                standing: .init(row.verdict),
                remark: row.detail
            )
        }
        let columns = (["Verdict"] + heads).map { ReportTable.Column.text($0) }
        return ReportSection(
            title,
            id: id,
            [.table(ReportTable(title, columns, lines, nameColumn: 1, isStacked: true))]
        )
    }

    /// The metrics beside those of a baseline; nil without a comparison.
    package static func comparison(
        _ comparison: (heading: String, rows: [[String]], remarks: [String])?
    ) -> ReportSection? {
        guard let comparison else { return nil }
        let table = ReportTable(
            "The metrics beside the baseline",
            [.text("Metric"), .number("Baseline"), .number("This run"), .number("Difference"), .text("Verdict")],
            comparison.rows.dropFirst().map { ReportTable.Row($0) },
            isStacked: true
        )
        return ReportSection(
            "Against the baseline",
            id: "baseline",
            [.paragraph(comparison.heading), .table(table)]
                + (comparison.remarks.isEmpty ? [] : [.bullets(comparison.remarks)])
        )
    }

    package static func comparison(_ comparison: BaselineComparison?) -> ReportSection? {
        Self.comparison(comparison.map { ($0.heading, $0.table, $0.remarks) })
    }

    /// Metrics with mean and interval, and what is said about them; nil without one.
    package static func metrics(_ rows: [[String]], _ more: [ReportBlock] = []) -> ReportSection? {
        guard !rows.isEmpty else { return nil }
        let table = ReportTable(
            "Metrics",
            [.text("Metric"), .number("Mean"), .number("95 % interval")],
            rows
        )
        return ReportSection("Metrics", id: "metrics", [.table(table)] + more)
    }

    /// Notes for the reader; nil without one.
    package static func notes(_ notes: [String]) -> ReportSection? {
        notes.isEmpty ? nil : ReportSection("Notes", id: "notes", [.bullets(notes)])
    }
}
