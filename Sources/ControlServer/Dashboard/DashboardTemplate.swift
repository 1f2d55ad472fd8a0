import Mustache

/// The markup of the dashboard; tables, pictures and sections are those of reports.
///
/// Each template turns Mustache's escaping off, as those of reports do: `TemplateValue` escapes every value beforehand.
enum DashboardTemplate {
    static func library() throws -> MustacheLibrary { try shared.get() }

    private static let shared = Result {
        var library = MustacheLibrary()
        for (name, text) in templates { try library.register("{{% CONTENT_TYPE:TEXT}}\n" + text, named: name) }
        return library
    }

    private static let templates: KeyValuePairs<String, String> = [
        "frame": frame, "login": login, "problem": problem, "button": button, "guarded": guarded, "select": select,
        "field": field, "filter": filter, "pages": pages, "editor": editor, "diagnostics": diagnostics,
        "folded": folded, "progress": progress, "run": run, "newToken": newToken, "shownToken": shownToken,
    ]

    private static let frame = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{title}} – Ringback</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="{{style}}" nonce="{{nonce}}">
        <script src="{{script}}" nonce="{{nonce}}" defer></script>
        </head>
        <body{{#isNarrow}} class="narrow"{{/isNarrow}}>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
        <a class="home" href="{{home}}">Ringback</a>
        {{#isSignedIn}}
        <nav aria-label="Pages"><ul>
        {{#places}}
        <li><a href="{{path}}"{{current}}>{{name}}</a></li>
        {{/places}}
        </ul></nav>
        <form class="who" method="post" action="{{logout}}"><span><bdi>{{who}}</bdi> <small>{{role}}</small></span> <button class="plain">Sign out</button></form>
        {{/isSignedIn}}
        </header>
        <main id="main" tabindex="-1"{{live}}>
        <div id="head" data-say="{{say}}">
        <h1><bdi>{{heading}}</bdi></h1>
        {{lead}}
        </div>
        {{sections}}
        </main>
        <p id="said" class="unseen" role="status"></p>
        <footer><p>Ringback tests outbound predictive dialers before they dial anybody. <span id="link" hidden></span></p></footer>
        </body>
        </html>

        """#

    private static let login = #"""
        {{#hasProblem}}
        <p role="alert" class="alert">{{problem}}</p>
        {{/hasProblem}}
        <form class="panel" method="post" action="{{action}}">
        {{#hasNext}}
        <input type="hidden" name="next" value="{{next}}">
        {{/hasNext}}
        <p class="field"><label for="token">Token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required autofocus></p>
        <p><button>Sign in</button></p>
        </form>
        <p class="fit">An administrator makes tokens with <code>ringback token create</code>, or on the page Tokens.</p>

        """#

    private static let problem = #"""
        <p class="lead">{{detail}}</p>
        <p class="fit">Status {{status}}. <a href="{{path}}">{{words}}</a></p>

        """#

    private static let button = #"""
        <form class="act" method="post" action="{{action}}">{{#fields}}<input type="hidden" name="{{name}}" value="{{value}}">{{/fields}}<button{{label}}>{{words}}</button></form>
        """#

    private static let guarded = #"""
        <details class="guarded"><summary>{{words}}</summary><div><span>{{question}}</span> {{button}}</div></details>
        """#

    private static let select = #"""
        <p class="field"><label for="f-{{name}}">{{label}}</label>
        <select id="f-{{name}}" name="{{name}}">{{#options}}<option value="{{value}}"{{chosen}}>{{words}}</option>{{/options}}</select></p>

        """#

    private static let field = #"""
        <p class="field"><label for="f-{{name}}">{{label}}</label>
        <input id="f-{{name}}" name="{{name}}" value="{{value}}"{{described}}{{more}}>{{#hasHint}}<small id="f-{{name}}-hint">{{hint}}</small>{{/hasHint}}</p>

        """#

    private static let filter = #"""
        <form class="filter" method="get" action="{{action}}">
        {{#fields}}
        {{field}}
        {{/fields}}
        <p><button class="plain">Show</button></p>
        </form>

        """#

    private static let pages = #"""
        <nav class="pages" aria-label="More of the list">{{#hasFirst}}<a href="{{first}}">First page</a>{{/hasFirst}} {{#hasNext}}<a href="{{next}}" rel="next">{{words}}</a>{{/hasNext}}</nav>

        """#

    private static let editor = #"""
        <form class="preset" method="get" action="{{path}}">
        {{presets}}
        <p><button class="plain">Load</button></p>
        </form>
        <form id="editor" method="post" action="{{path}}" data-check="{{check}}">
        <input type="hidden" name="key" value="{{key}}">
        <p class="field"><label for="scenario">Scenario, YAML or JSON</label>
        <textarea id="scenario" name="scenario" rows="{{rows}}" spellcheck="false" autocapitalize="off" autocomplete="off" aria-describedby="found">
        {{scenario}}</textarea></p>
        <div id="found" aria-live="polite">
        {{diagnostics}}
        </div>
        <div class="fields">
        {{#fields}}
        {{field}}
        {{/fields}}
        </div>
        <p class="actions">{{#mayStart}}<button>Start the run</button> {{/mayStart}}<button class="plain" formaction="{{check}}" formnovalidate>Check the scenario</button></p>
        {{#mayNotStart}}
        <p class="fit">Your token reads. To start a run takes the role operator.</p>
        {{/mayNotStart}}
        </form>

        """#

    private static let diagnostics = #"""
        <p class="{{class}}">{{summary}}</p>
        {{#hasLines}}
        <ul class="found">
        {{#lines}}
        <li class="{{severity}}"><a href="#scenario" data-line="{{line}}">{{place}}</a> {{severity}}: <bdi>{{message}}</bdi> <code>{{code}}</code></li>
        {{/lines}}
        </ul>
        {{/hasLines}}

        """#

    private static let folded = #"""
        <details><summary>{{words}}</summary><div><pre tabindex="0">{{text}}</pre></div></details>

        """#

    private static let progress = #"""
        <span class="progress">{{bar}} <span>{{words}}</span></span>
        """#

    private static let run = #"""
        <p class="fit"><code>{{id}}</code></p>
        {{banner}}
        <div class="actions">{{#links}}<a class="file" href="{{path}}">{{name}}</a>{{/links}} {{actions}}</div>

        """#

    private static let newToken = #"""
        <form class="filter" method="post" action="{{action}}">
        {{name}}
        {{role}}
        <p><button>Make the token</button></p>
        </form>

        """#

    private static let shownToken = #"""
        <div class="banner pass" role="status"><span class="mark" aria-hidden="true">✓</span><p><strong>Token <bdi>{{name}}</bdi> made</strong> <span>Copy it now; it is shown this once only.</span> <code class="secret">{{token}}</code></p></div>

        """#
}
