/// The sections of a run's `report.html`; see ``ReportPage``.
enum ReportTemplate {
    static let text = #"""
        {{% CONTENT_TYPE:TEXT}}
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
        {{assertions}}
        {{comparison}}
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
        {{notes}}
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
        """#
}
