import Mustache

/// The page of every report: head, verdict, the parts that a report gives it, and the foot.
///
/// One file without scripts and requests, for a screen, a phone or paper. Its first line turns Mustache's escaping off,
/// since it compares characters and so misses a quote with a combining mark; ``TemplateValue`` escapes every value
/// beforehand.
package struct ReportPage {
    /// What the page is, such as `run report`.
    package var kind: String
    package var scenario: String
    package var verdict: Verdict
    package var sentence: String
    package var exitCode: Int?
    /// Rules beside those of all reports.
    package var style = ""

    package init(kind: String, scenario: String, verdict: Verdict, sentence: String, exitCode: Int?, style: String = "")
    {
        (self.kind, self.scenario, self.verdict) = (kind, scenario, verdict)
        (self.sentence, self.exitCode, self.style) = (sentence, exitCode, style)
    }

    /// The page round the sections of a report.
    ///
    /// - Parameters:
    ///   - template: The sections, as a Mustache template whose first line is ``plain``.
    ///   - values: What the template names.
    /// - Throws: An error of the template engine if a template is malformed; tests make sure that none is.
    package func text(_ template: String, _ values: [String: TemplateValue]) throws -> String {
        try text(sections: TemplateValue.render(try MustacheTemplate(string: template), values))
    }

    /// The page round sections that are markup already.
    package func text(sections: String) throws -> String {
        let values: [String: TemplateValue] = [
            "style": .markup(ReportStyle.text + style), "kind": .text(kind), "scenario": .text(scenario),
            "verdict": .text(verdict.rawValue), "verdictWord": .text(verdict.rawValue.uppercased()),
            "mark": .text(verdict.mark), "sentence": .text(sentence), "hasExitCode": .flag(exitCode != nil),
            "exitCode": .text(exitCode.map { String($0) } ?? ""), "sections": .markup(sections),
        ]
        return TemplateValue.render(try MustacheTemplate(string: Self.template), values)
    }

    /// The first line of a template, which turns escaping off.
    package static let plain = "{{% CONTENT_TYPE:TEXT}}\n"

    private static let template = #"""
        {{% CONTENT_TYPE:TEXT}}
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <title>{{verdict}}: {{scenario}} – Ringback</title>
        <link rel="icon" href="data:,">
        <style>
        {{style}}
        </style>
        </head>
        <body>
        <header>
        <p class="brand">Ringback {{kind}}</p>
        <h1><bdi>{{scenario}}</bdi></h1>
        <div class="banner {{verdict}}">
        <span class="mark" aria-hidden="true">{{mark}}</span>
        <p><strong>{{verdictWord}}</strong> <span>{{sentence}}</span></p>
        {{#hasExitCode}}
        <p class="code">exit {{exitCode}}</p>
        {{/hasExitCode}}
        </div>
        </header>
        <main>
        {{sections}}
        </main>
        <footer><p>Ringback tests outbound predictive dialers before they dial anybody.</p></footer>
        </body>
        </html>

        """#
}
