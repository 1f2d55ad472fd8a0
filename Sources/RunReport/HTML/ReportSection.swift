import Mustache

/// The sections that several reports have, as markup without a line end.
package enum ReportSection {
    /// Judgements with their verdicts, what was seen, and what was demanded.
    ///
    /// - Parameter heads: The heads of the columns for what was judged, seen and demanded.
    package static func judgements(
        _ title: String,
        id: String,
        _ rows: [ResultDocument.Judged],
        heads: [String] = ["Assertion", "Observed", "Expected"],
        showsNames: Bool = false
    ) throws -> String {
        guard !rows.isEmpty else { return "" }
        let items = rows.map { row -> [String: TemplateValue] in
            [
                "verdict": .text(row.verdict?.rawValue ?? "reported"), "mark": .text(row.verdict?.mark ?? "·"),
                "title": .text(row.title),
                "name": .markup(showsNames ? "<code>\(MarkupText.escaped(row.name))</code>" : ""),
                "observed": .text(row.observed), "expected": .text(row.expected), "detail": .text(row.detail),
                "hasDetail": .flag(!row.detail.isEmpty),
            ]
        }
        let words = zip(["what", "seen", "wanted"], heads).map { ($0, TemplateValue.text($1)) }
        let values = Dictionary(uniqueKeysWithValues: words)
        return try render(
            judgementsTemplate,
            ["h": .text(title), "id": .text(id), "rows": .list(items)].merging(values) { $1 }
        )
    }

    /// The metrics beside those of a baseline; empty without a comparison.
    package static func comparison(_ comparison: BaselineComparison?) throws -> String {
        try table(
            comparison.map { ($0.heading, $0.table, $0.remarks) }
        )
    }

    static func table(_ comparison: (heading: String, rows: [[String]], remarks: [String])?) throws -> String {
        guard let comparison else { return "" }
        let rows = comparison.rows.dropFirst().map { row -> [String: TemplateValue] in
            [
                "metric": .text(row[0]), "baseline": .text(row[1]), "current": .text(row[2]),
                "difference": .text(row[3]),
                "change": .text(row[4]),
            ]
        }
        return try render(
            comparisonTemplate,
            [
                "heading": .text(comparison.heading), "rows": .list(rows),
                "hasRemarks": .flag(!comparison.remarks.isEmpty),
                "remarks": .list(comparison.remarks.map { ["remark": .text($0)] }),
            ]
        )
    }

    /// Metrics with mean and interval; empty without one.
    static func metrics(_ rows: [[String]]) throws -> String {
        guard !rows.isEmpty else { return "" }
        let items = rows.map { row -> [String: TemplateValue] in
            ["name": .text(row[0]), "mean": .text(row[1]), "interval": .text(row[2])]
        }
        return try render(metricsTemplate, ["metrics": .list(items)])
    }

    /// Notes for the reader; empty without one.
    package static func notes(_ notes: [String]) throws -> String {
        guard !notes.isEmpty else { return "" }
        return try render(notesTemplate, ["notes": .list(notes.map { ["note": .text($0)] })])
    }

    private static func render(_ template: String, _ values: [String: TemplateValue]) throws -> String {
        let text = TemplateValue.render(try MustacheTemplate(string: ReportPage.plain + template), values)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    private static let judgementsTemplate = #"""
        <section aria-labelledby="h-{{id}}">
        <h2 id="h-{{id}}">{{h}}</h2>
        <table class="stacked">
        <thead><tr><th scope="col">Verdict</th><th scope="col">{{what}}</th><th scope="col">{{seen}}</th><th scope="col">{{wanted}}</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr class="{{verdict}}"><td><span class="chip">{{mark}} {{verdict}}</span></td><th scope="row">{{title}}{{name}}</th><td data-label="{{seen}}"><bdi>{{observed}}</bdi></td><td data-label="{{wanted}}"><bdi>{{expected}}</bdi></td></tr>
        {{#hasDetail}}
        <tr class="detail {{verdict}}"><td></td><td colspan="3"><bdi>{{detail}}</bdi></td></tr>
        {{/hasDetail}}
        {{/rows}}
        </tbody>
        </table>
        </section>

        """#

    private static let comparisonTemplate = #"""
        <section aria-labelledby="h-baseline">
        <h2 id="h-baseline">Against the baseline</h2>
        <p class="key">{{heading}}</p>
        <table class="stacked">
        <thead><tr><th scope="col">Metric</th><th scope="col" class="n">Baseline</th><th scope="col" class="n">This run</th><th scope="col" class="n">Difference</th><th scope="col">Verdict</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{metric}}</th><td class="n" data-label="Baseline">{{baseline}}</td><td class="n" data-label="This run">{{current}}</td><td class="n" data-label="Difference">{{difference}}</td><td>{{change}}</td></tr>
        {{/rows}}
        </tbody>
        </table>
        {{#hasRemarks}}
        <ul>
        {{#remarks}}
        <li><bdi>{{remark}}</bdi></li>
        {{/remarks}}
        </ul>
        {{/hasRemarks}}
        </section>

        """#

    private static let metricsTemplate = #"""
        <section aria-labelledby="h-metrics">
        <h2 id="h-metrics">Metrics</h2>
        <table>
        <thead><tr><th scope="col">Metric</th><th scope="col" class="n">Mean</th><th scope="col" class="n">95 % interval</th></tr></thead>
        <tbody>
        {{#metrics}}
        <tr><th scope="row">{{name}}</th><td class="n">{{mean}}</td><td class="n">{{interval}}</td></tr>
        {{/metrics}}
        </tbody>
        </table>
        </section>

        """#

    private static let notesTemplate = #"""
        <section aria-labelledby="h-notes">
        <h2 id="h-notes">Notes</h2>
        <ul>
        {{#notes}}
        <li><bdi>{{note}}</bdi></li>
        {{/notes}}
        </ul>
        </section>

        """#
}
