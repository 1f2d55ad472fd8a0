/// The template of a simulation's `report.html`; see ``StudyReport``.
enum StudyReportTemplate {
    /// What the pictures need beside the style sheet of all reports.
    static let style = """

        .duty { fill: var(--rule); shape-rendering: crispEdges; }
        .law { fill: var(--quiet); shape-rendering: crispEdges; }
        svg .steps { stroke: var(--ink); stroke-width: 1.5; }
        svg .rate { stroke: var(--area); stroke-width: 3; }
        svg .rate.over { stroke: var(--limit); }
        .k-duty { width: .7rem; height: .7rem; background: var(--rule); border-radius: 2px; }
        .k-busy { width: .7rem; height: .7rem; background: var(--area); border-radius: 2px; }
        .k-steps { width: 1.2rem; height: 1.5px; background: var(--ink); }
        .k-limit { width: 1.2rem; height: 0; border-top: 1.5px dashed var(--limit); }
        .scroll { overflow-x: auto; }
        tr.reported .chip { color: var(--quiet); background: var(--tint); }
        """

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
        <p class="brand">Ringback simulation report</p>
        <h1><bdi>{{scenario}}</bdi></h1>
        <div class="banner {{verdict}}">
        <span class="mark" aria-hidden="true">{{mark}}</span>
        <p><strong>{{verdictWord}}</strong> <span>{{sentence}}</span></p>
        <p class="code">exit {{exitCode}}</p>
        </div>
        </header>
        <main>
        {{#hasJudgements}}
        <section aria-labelledby="h-judgements">
        <h2 id="h-judgements">Rules and thresholds</h2>
        <table class="stacked">
        <thead><tr><th scope="col">Verdict</th><th scope="col">Rule</th><th scope="col">Measured, 95 % interval</th><th scope="col">Limit</th></tr></thead>
        <tbody>
        {{#judgements}}
        <tr class="{{verdict}}"><td><span class="chip">{{mark}} {{verdict}}</span></td><th scope="row">{{title}}</th><td data-label="Measured"><bdi>{{observed}}</bdi></td><td data-label="Limit"><bdi>{{expected}}</bdi></td></tr>
        {{#hasDetail}}
        <tr class="detail {{verdict}}"><td></td><td colspan="3"><bdi>{{detail}}</bdi></td></tr>
        {{/hasDetail}}
        {{/judgements}}
        </tbody>
        </table>
        </section>
        {{/hasJudgements}}
        {{#hasDay}}
        <section aria-labelledby="h-day">
        <h2 id="h-day">The course of a day</h2>
        <figure class="margin">
        {{dayChart}}
        </figure>
        <p class="key"><span><i class="k-duty"></i>on duty, dialled</span><span><i class="k-busy"></i>busy</span><span><i class="swatch o-answered"></i>answered</span>{{#hasRoster}}<span><i class="k-steps"></i>roster as written</span>{{/hasRoster}}<span><i class="k-whisker"></i>95 % interval</span></p>
        <div class="scroll" tabindex="0">
        <table>
        <thead><tr><th scope="col">Time</th><th scope="col" class="n">Agents</th><th scope="col" class="n">Dialled</th><th scope="col" class="n">Answered</th><th scope="col" class="n">Abandoned</th><th scope="col" class="n">Abandonment rate</th><th scope="col" class="n">Occupancy</th><th scope="col" class="n">Lines</th>{{#hasListColumn}}<th scope="col" class="n">List left</th>{{/hasListColumn}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{time}}</th><td class="n">{{agents}}</td><td class="n">{{attempts}}</td><td class="n">{{answered}}</td><td class="n">{{abandoned}}</td><td class="n">{{rate}}</td><td class="n">{{occupancy}}</td><td class="n">{{lines}}</td>{{#hasListColumn}}<td class="n">{{left}}</td>{{/hasListColumn}}</tr>
        {{/rows}}
        </tbody>
        </table>
        </div>
        </section>
        {{/hasDay}}
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
        {{#hasIdle}}
        <p class="fit">{{idle}}</p>
        {{/hasIdle}}
        </section>
        {{#hasList}}
        <section aria-labelledby="h-list">
        <h2 id="h-list">List</h2>
        <dl class="numbers">
        {{#list}}
        <div><dt>{{name}}</dt><dd>{{value}}</dd></div>
        {{/list}}
        </dl>
        </section>
        {{/hasList}}
        {{#hasGauges}}
        <section aria-labelledby="h-gauges">
        <h2 id="h-gauges">What the dialer's screen would say</h2>
        <figure>
        {{gaugeChart}}
        </figure>
        <p class="key"><span><i class="k-limit"></i>limit of the law</span><span><i class="k-whisker"></i>95 % interval</span></p>
        <p class="fit">{{gaugeSentence}}</p>
        </section>
        {{/hasGauges}}
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
        <section aria-labelledby="h-plan">
        <h2 id="h-plan">What was simulated</h2>
        <dl>
        {{#facts}}
        <div><dt>{{name}}</dt><dd><bdi>{{value}}</bdi></dd></div>
        {{/facts}}
        </dl>
        <p class="again">Simulate it again: <code>{{command}}</code></p>
        </section>
        </main>
        <footer><p>Ringback tests outbound predictive dialers before they dial anybody.</p></footer>
        </body>
        </html>

        """#
}
