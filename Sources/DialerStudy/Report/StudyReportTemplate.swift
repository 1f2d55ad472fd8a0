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
        {{judgements}}
        {{comparison}}
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
        {{notes}}
        <section aria-labelledby="h-plan">
        <h2 id="h-plan">What was simulated</h2>
        <dl>
        {{#facts}}
        <div><dt>{{name}}</dt><dd><bdi>{{value}}</bdi></dd></div>
        {{/facts}}
        </dl>
        <p class="again">Simulate it again: <code>{{command}}</code></p>
        </section>
        """#
}
