/// The template of `report.html`.
///
/// The first line turns Mustache's escaping off, since it compares characters and so misses a quote with a combining mark.
/// ``TemplateValue`` escapes every value beforehand.
enum ReportTemplate {
    static let text = #"""
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
        <p class="brand">Ringback run report</p>
        <h1><bdi>{{scenario}}</bdi></h1>
        <div class="banner {{verdict}}">
        <span class="mark" aria-hidden="true">{{mark}}</span>
        <p><strong>{{verdictWord}}</strong> <span>{{sentence}}</span></p>
        <p class="code">exit {{exitCode}}</p>
        </div>
        </header>
        <main>
        <section aria-labelledby="h-run">
        <h2 id="h-run">Run</h2>
        <dl>
        {{#run}}
        <div><dt>{{name}}</dt><dd><bdi>{{value}}</bdi></dd></div>
        {{/run}}
        </dl>
        <p class="again">Run it again: <code>{{command}}</code></p>
        </section>
        {{#hasErrors}}
        <section aria-labelledby="h-errors">
        <h2 id="h-errors">Errors of the remote side</h2>
        <ul class="errors">
        {{#errors}}
        <li><code>{{code}}</code> <bdi>{{message}}</bdi></li>
        {{/errors}}
        </ul>
        </section>
        {{/hasErrors}}
        <section aria-labelledby="h-assertions">
        <h2 id="h-assertions">Assertions</h2>
        <table class="stacked">
        <thead><tr><th scope="col">Verdict</th><th scope="col">Assertion</th><th scope="col">Observed</th><th scope="col">Expected</th></tr></thead>
        <tbody>
        {{#assertions}}
        <tr class="{{verdict}}"><td><span class="chip">{{mark}} {{verdict}}</span></td><th scope="row">{{title}}<code>{{name}}</code></th><td data-label="Observed"><bdi>{{observed}}</bdi></td><td data-label="Expected"><bdi>{{expected}}</bdi></td></tr>
        {{#hasDetail}}
        <tr class="detail {{verdict}}"><td></td><td colspan="3"><bdi>{{detail}}</bdi></td></tr>
        {{/hasDetail}}
        {{/assertions}}
        </tbody>
        </table>
        </section>
        {{#hasOutcomes}}
        <section aria-labelledby="h-outcomes">
        <h2 id="h-outcomes">Outcomes</h2>
        <p class="key"><span><i class="k-bar"></i>observed</span><span><i class="k-whisker"></i>95 % Wilson interval</span><span><i class="k-injected"></i>injected</span></p>
        <figure>
        {{outcomeChart}}
        </figure>
        <table>
        <thead><tr><th scope="col">Outcome</th><th scope="col" class="n">Injected</th><th scope="col" class="n">Calls</th><th scope="col" class="n">Observed</th><th scope="col" class="n">95 % interval</th></tr></thead>
        <tbody>
        {{#outcomes}}
        <tr><th scope="row"><i class="swatch o-{{outcome}}"></i>{{outcome}}</th><td class="n">{{injected}}</td><td class="n">{{observed}}</td><td class="n">{{share}}</td><td class="n">{{interval}}</td></tr>
        {{/outcomes}}
        </tbody>
        </table>
        <p class="fit">{{fit}}</p>
        </section>
        {{/hasOutcomes}}
        {{#hasTimeline}}
        <section aria-labelledby="h-time">
        <h2 id="h-time">Time line</h2>
        <figure class="margin">
        {{timelineChart}}
        </figure>
        <p class="key">{{#outcomes}}<span><i class="swatch o-{{outcome}}"></i>{{outcome}}</span>{{/outcomes}}</p>
        <p class="fit">Virtual time from {{timelineStart}}.</p>
        </section>
        {{/hasTimeline}}
        {{#isSeen}}
        <section aria-labelledby="h-webhooks">
        <h2 id="h-webhooks">Calls and webhooks</h2>
        <dl class="numbers">
        {{#numbers}}
        <div class="{{class}}"><dt>{{name}}</dt><dd>{{value}}</dd></div>
        {{/numbers}}
        </dl>
        </section>
        {{/isSeen}}
        {{#hasMonitors}}
        <section aria-labelledby="h-monitors">
        <h2 id="h-monitors">Monitors</h2>
        <table class="stacked">
        <thead><tr><th scope="col">Monitor</th><th scope="col" class="n">Delivered</th><th scope="col" class="n">Pending</th><th scope="col" class="n">Dead</th><th scope="col" class="n">Disabled</th></tr></thead>
        <tbody>
        {{#monitors}}
        <tr><th scope="row"><bdi>{{name}}</bdi><code>{{kind}}</code></th><td class="n" data-label="Delivered">{{delivered}}</td><td class="n" data-label="Pending">{{pending}}</td><td class="n" data-label="Dead">{{dead}}</td><td class="n" data-label="Disabled">{{disabled}}</td></tr>
        {{#isIncomplete}}
        <tr class="detail{{class}}"><td colspan="5"><bdi>{{advice}}</bdi></td></tr>
        {{/isIncomplete}}
        {{/monitors}}
        </tbody>
        </table>
        </section>
        {{/hasMonitors}}
        {{#hasNotes}}
        <section aria-labelledby="h-notes">
        <h2 id="h-notes">Notes</h2>
        <ul>
        {{#notes}}
        <li><bdi>{{note}}</bdi></li>
        {{/notes}}
        </ul>
        </section>
        {{/hasNotes}}
        {{#hasCheckpoint}}
        <section aria-labelledby="h-audit">
        <h2 id="h-audit">Audit</h2>
        <p>The audit log has {{auditEntries}} entries with this verdict, and signs their root in this checkpoint. Kept elsewhere, it proves later that none of them was altered: <code>ringback audit verify DIR --checkpoint FILE</code>.</p>
        <pre class="note">{{checkpoint}}</pre>
        </section>
        {{/hasCheckpoint}}
        <section aria-labelledby="h-payload">
        <h2 id="h-payload">Payload as sent</h2>
        <pre tabindex="0">{{payload}}</pre>
        </section>
        </main>
        <footer><p>Ringback tests outbound predictive dialers before they dial anybody.</p></footer>
        </body>
        </html>

        """#
}
