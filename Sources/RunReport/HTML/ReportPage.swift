import Mustache

/// The page of every report: the verdict, then what decides it, then the details.
///
/// One file without scripts and requests, for a screen, a phone or paper. A report gives it values; ``ReportTemplate`` and
/// ``ReportStyle`` say how they look.
package struct ReportPage: Sendable {
    /// What the page is, such as `run report`.
    let kind: String
    let scenario: String
    private let standing: ReportTable.Mark
    private let headline: String
    private let sentence: String
    private let exitCode: Int?
    package let sections: [ReportSection]

    /// The page of something that was judged.
    package init(
        kind: String,
        scenario: String,
        verdict: Verdict,
        sentence: String,
        exitCode: Int?,
        _ sections: [ReportSection?]
    ) {
        (self.kind, self.scenario, standing) = (kind, scenario, .init(verdict))
        headline = verdict.rawValue.uppercased()
        (self.sentence, self.exitCode, self.sections) = (sentence, exitCode, sections.compactMap { $0 })
    }

    /// The page of something that was measured, and not judged.
    package init(kind: String, scenario: String, headline: String, sentence: String, _ sections: [ReportSection?]) {
        (self.kind, self.scenario, standing) = (kind, scenario, .reported)
        (self.headline, self.sentence, exitCode) = (headline, sentence, nil)
        self.sections = sections.compactMap { $0 }
    }

    /// The HTML text, UTF-8.
    ///
    /// - Throws: An error of the template engine if a template is malformed; tests make sure that none is.
    package func text() throws -> String {
        TemplateValue.render(values, try ReportTemplate.library(), "page")
    }

    /// The verdict as markup, for a page of another kind.
    package func banner() throws -> TemplateValue {
        .markup(TemplateValue.render(values, try ReportTemplate.library(), "banner"))
    }

    private var values: [String: TemplateValue] {
        [
            "style": .markup(ReportStyle.text), "kind": .text(kind), "scenario": .text(scenario),
            "standing": .text(standing.rawValue), "headline": .text(headline),
            "title": .text(standing == .reported ? kind : standing.rawValue), "mark": .text(standing.mark),
            "isJudged": .flag(standing != .reported),
            "sentence": .text(sentence), "hasExitCode": .flag(exitCode != nil),
            "exitCode": .text(exitCode.map { String($0) } ?? ""), "sections": .list(sections.map(\.values)),
        ]
    }
}
