/// The template of a calibration's `report.html`; see ``CalibrationReport``.
enum CalibrationReportTemplate {
    static let style = """

        svg .filled { stroke-width: 2; }
        svg .open { fill: var(--paper); stroke-width: 2; }
        svg .s0 { stroke: var(--voicemail); } svg .s0.filled { fill: var(--voicemail); }
        svg .s1 { stroke: var(--answered); } svg .s1.filled { fill: var(--answered); }
        svg .s2 { stroke: var(--busy); } svg .s2.filled { fill: var(--busy); }
        svg .s3 { stroke: var(--no-answer); } svg .s3.filled { fill: var(--no-answer); }
        tr.reported .chip { color: var(--quiet); background: var(--tint); }
        .advice { font-size: 1.05rem; }
        .advice li { margin-bottom: .5rem; }
        .scroll { overflow-x: auto; }
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
        <p class="brand">Ringback calibration report</p>
        <h1><bdi>{{scenario}}</bdi></h1>
        <div class="banner {{verdict}}">
        <span class="mark" aria-hidden="true">{{mark}}</span>
        <p><strong>{{verdictWord}}</strong> <span>{{sentence}}</span></p>
        <p class="code">exit {{exitCode}}</p>
        </div>
        </header>
        <main>
        <section aria-labelledby="h-advice">
        <h2 id="h-advice">What to dial with</h2>
        <ul class="advice">
        {{#sentences}}
        <li><bdi>{{sentence}}</bdi></li>
        {{/sentences}}
        </ul>
        </section>
        <section aria-labelledby="h-frontier">
        <h2 id="h-frontier">The frontier</h2>
        <figure class="margin">
        {{chart}}
        </figure>
        <p class="fit">A mark for each setting that was tested; filled ones are certified. Up is busier agents, left is fewer breached windows.</p>
        </section>
        {{#groups}}
        <section>
        <h2>{{title}}</h2>
        <div class="scroll" tabindex="0">
        <table>
        <thead><tr><th scope="col">Verdict</th><th scope="col" class="n">Setting</th><th scope="col" class="n">Occupancy</th><th scope="col" class="n">Connects per hour</th><th scope="col" class="n">Abandoned</th><th scope="col" class="n">Windows</th><th scope="col" class="n">Breached</th><th scope="col" class="n">95 % interval</th></tr></thead>
        <tbody>
        {{#settings}}
        <tr class="{{verdict}}"><td><span class="chip">{{word}}</span> {{best}}</td><td class="n">{{value}}</td><td class="n">{{occupancy}}</td><td class="n">{{connects}}</td><td class="n">{{abandoned}}</td><td class="n">{{windows}}</td><td class="n">{{breached}}</td><td class="n">{{interval}}</td></tr>
        {{/settings}}
        </tbody>
        </table>
        </div>
        </section>
        {{/groups}}
        <section aria-labelledby="h-plan">
        <h2 id="h-plan">How sure that is</h2>
        <p>The plan was fixed before the first window. A setting is certified at the first of these looks: {{plan}}. A setting that just misses the requirement is certified with probability {{wrong}} %, every look counted; one with half of the permitted breaches with probability {{power}} %. The search ends at the first setting that is not certified, so the same holds for the recommended one.</p>
        <p class="again">Calibrate again: <code>{{command}}</code></p>
        </section>
        </main>
        <footer><p>Ringback tests outbound predictive dialers before they dial anybody.</p></footer>
        </body>
        </html>

        """#
}
