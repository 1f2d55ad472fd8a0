import Mustache

/// The markup of every report; see ``ReportPage``.
///
/// Each template turns Mustache's escaping off, since it compares characters and so misses a quote with a combining mark;
/// ``TemplateValue`` escapes every value beforehand.
enum ReportTemplate {
    static func library() throws -> MustacheLibrary { try shared.get() }

    private static let shared = Result {
        var library = MustacheLibrary()
        try library.register(page, named: "page")
        try library.register(banner, named: "banner")
        try library.register(section, named: "section")
        try library.register(table, named: "table")
        return library
    }

    private static let page = #"""
        {{% CONTENT_TYPE:TEXT}}
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <title>{{title}}: {{scenario}} – Ringback</title>
        <link rel="icon" href="data:,">
        <style>
        {{style}}
        </style>
        </head>
        <body>
        <header>
        <p class="brand">Ringback {{kind}}</p>
        <h1><bdi>{{scenario}}</bdi></h1>
        {{> banner}}
        </header>
        <main>
        {{#sections}}
        {{> section}}
        {{/sections}}
        </main>
        <footer><p>Ringback tests outbound predictive dialers before they dial anybody.</p></footer>
        </body>
        </html>

        """#

    private static let banner = #"""
        {{% CONTENT_TYPE:TEXT}}
        <div class="banner {{standing}}">
        {{#isJudged}}
        <span class="mark" aria-hidden="true">{{mark}}</span>
        {{/isJudged}}
        <p><strong>{{headline}}</strong> <span>{{sentence}}</span></p>
        {{#hasExitCode}}
        <p class="code">exit {{exitCode}}</p>
        {{/hasExitCode}}
        </div>

        """#

    private static let section = #"""
        {{% CONTENT_TYPE:TEXT}}
        <section aria-labelledby="h-{{id}}">
        <h2 id="h-{{id}}">{{title}}</h2>
        {{#blocks}}
        {{#paragraph}}
        <p class="fit"><bdi>{{text}}</bdi></p>
        {{/paragraph}}
        {{#advice}}
        <ul class="advice">
        {{#sentences}}
        <li><bdi>{{text}}</bdi></li>
        {{/sentences}}
        </ul>
        {{/advice}}
        {{#bullets}}
        <ul>
        {{#lines}}
        <li><bdi>{{text}}</bdi></li>
        {{/lines}}
        </ul>
        {{/bullets}}
        {{#codes}}
        <ul>
        {{#lines}}
        <li><code>{{code}}</code> <bdi>{{text}}</bdi></li>
        {{/lines}}
        </ul>
        {{/codes}}
        {{#facts}}
        <dl{{class}}>
        {{#list}}
        <div{{class}}><dt>{{name}}</dt><dd><bdi>{{value}}</bdi></dd></div>
        {{/list}}
        </dl>
        {{/facts}}
        {{#table}}
        {{> table}}
        {{/table}}
        {{#picture}}
        {{#hasKeys}}
        <p class="key">{{#keys}}<span>{{sample}} {{words}}</span> {{/keys}}</p>
        {{/hasKeys}}
        <figure{{margin}}>
        {{svg}}
        </figure>
        {{#hasFigures}}
        {{#figures}}
        <details>
        <summary>The figures of this picture</summary>
        {{> table}}
        </details>
        {{/figures}}
        {{/hasFigures}}
        {{/picture}}
        {{#command}}
        <p class="again">{{words}}: <code>{{line}}</code></p>
        {{/command}}
        {{#markup}}
        {{content}}
        {{/markup}}
        {{#verbatim}}
        <pre{{kind}}>{{text}}</pre>
        {{/verbatim}}
        {{/blocks}}
        </section>

        """#

    private static let table = #"""
        {{% CONTENT_TYPE:TEXT}}
        <div class="{{class}}"{{#isWide}} tabindex="0" role="group" aria-label="{{caption}}"{{/isWide}}>
        <table>
        <caption>{{caption}}</caption>
        <thead><tr>{{#columns}}<th scope="col"{{n}}>{{head}}</th>{{/columns}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr class="{{standing}}">{{#cells}}{{#isName}}<th scope="row"{{n}}>{{content}}</th>{{/isName}}{{#isOther}}<td{{n}}{{label}}>{{content}}</td>{{/isOther}}{{/cells}}</tr>
        {{#hasRemark}}
        <tr class="remark {{standing}}"><td></td><td colspan="{{width}}"><bdi>{{remark}}</bdi></td></tr>
        {{/hasRemark}}
        {{/rows}}
        </tbody>
        </table>
        </div>

        """#
}
