/// The style sheet of every report, and of the pages that show one.
///
/// Pictures carry the same look in their attributes, see ``Paint``; the colours here are for the dark as well.
package enum ReportStyle {
    package static let text = #"""
        :root {
          color-scheme: light dark;
          --paper: #fff; --ink: #1b1f24; --quiet: #59626e; --rule: #dfe3e8; --tint: #f5f6f8;
          --pass: #11692f; --pass-tint: #e6f4ea; --fail: #b3191f; --fail-tint: #fdebec;
          --inconclusive: #7a4b00; --inconclusive-tint: #fdf2dc;
          --area: #6f92cc; --duty: #dfe3e8; --law: #59626e; --shade: #f6dfa8; --rate: #4468a8; --limit: #b3191f;
          --dial-tone: #c3c9d2; --busy: #c67a12; --no-answer: #8465b8; --answered: #1d6b49; --voicemail: #3f7fc4;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #14171b; --ink: #e7eaee; --quiet: #a0a9b5; --rule: #30363e; --tint: #1c2026;
            --pass: #6fce8d; --pass-tint: #14301e; --fail: #ff8f8f; --fail-tint: #3d191b;
            --inconclusive: #f0bd62; --inconclusive-tint: #382a10;
            --area: #5b82bf; --duty: #39414b; --law: #a0a9b5; --shade: #5a4614; --rate: #8fb2ee; --limit: #ff8f8f;
            --dial-tone: #7d8591; --busy: #d8952f; --no-answer: #9a80cb; --answered: #4fc08e; --voicemail: #5590d2;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body {
          margin: 0 auto; padding: 2rem 1.5rem 3rem; max-width: 56rem; background: var(--paper); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
          font-variant-numeric: tabular-nums;
        }
        h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.2; font-weight: 600; overflow-wrap: anywhere; }
        h2 { margin: 0 0 .75rem; font-size: 1.05rem; font-weight: 600; }
        p { margin: 0; }
        section { margin-top: 2.5rem; }
        .brand { color: var(--quiet); font-size: .85rem; margin-bottom: .25rem; }
        code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86em; }
        .banner {
          display: flex; align-items: center; gap: .9rem; padding: .9rem 1.1rem; border-radius: 8px;
          border: 1px solid currentColor;
        }
        .banner.pass { color: var(--pass); background: var(--pass-tint); }
        .banner.fail { color: var(--fail); background: var(--fail-tint); }
        .banner.inconclusive { color: var(--inconclusive); background: var(--inconclusive-tint); }
        .banner.reported { color: var(--ink); background: var(--tint); border-color: var(--rule); }
        .banner .mark { font-size: 1.7rem; line-height: 1; font-weight: 700; }
        .banner p { flex: 1; min-width: 0; overflow-wrap: anywhere; }
        .banner strong { display: block; font-size: 1.15rem; letter-spacing: .02em; }
        .banner span { color: var(--ink); }
        .banner .mark { color: inherit; }
        .banner .code { flex: none; font-size: .85rem; white-space: nowrap; }
        dl { margin: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .75rem 2rem; }
        dt { color: var(--quiet); font-size: .85rem; }
        dd { margin: 0; overflow-wrap: anywhere; }
        dl.numbers { grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr)); gap: 1rem 1.5rem; }
        dl.numbers dd { font-size: 1.25rem; font-weight: 600; line-height: 1.3; }
        dl.numbers .bad dd { color: var(--fail); }
        .again { margin-top: 1rem; color: var(--quiet); }
        .again code { color: var(--ink); background: var(--tint); padding: .15rem .4rem; border-radius: 4px; overflow-wrap: anywhere; }
        caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        .scroll { position: relative; overflow-x: auto; }
        .stacked { position: relative; }
        * + .scroll, * + .stacked { margin-top: 1rem; }
        h2 + .scroll, h2 + .stacked { margin-top: 0; }
        table { width: 100%; border-collapse: collapse; }
        th, td { padding: .5rem .75rem .5rem 0; text-align: left; vertical-align: top; border-top: 1px solid var(--rule); overflow-wrap: break-word; }
        th:last-child, td:last-child { padding-right: 0; }
        thead th.n { white-space: normal; }
        thead th { border-top: 0; vertical-align: bottom; padding-top: 0; color: var(--quiet); font-size: .85rem; font-weight: 400; }
        tbody th { font-weight: 500; }
        tbody th bdi { overflow-wrap: anywhere; }
        tbody th code { display: block; color: var(--quiet); font-weight: 400; }
        .n { text-align: right; white-space: nowrap; }
        .chip { display: inline-block; white-space: nowrap; font-size: .85rem; font-weight: 600; padding: .05rem .5rem; border-radius: 99px; }
        tr.pass .chip { color: var(--pass); background: var(--pass-tint); }
        tr.fail .chip { color: var(--fail); background: var(--fail-tint); }
        tr.inconclusive .chip { color: var(--inconclusive); background: var(--inconclusive-tint); }
        tr.reported .chip { color: var(--quiet); background: var(--tint); }
        tr.remark td { border-top: 0; padding-top: 0; color: var(--quiet); overflow-wrap: anywhere; }
        tr.remark.fail td { color: var(--ink); }
        figure { margin: 0 0 1rem; }
        figure.margin { padding-left: 2.6rem; }
        svg { display: block; overflow: visible; }
        svg text { font-family: inherit; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }
        svg .label { fill: var(--ink); }
        svg .value, svg .tick { fill: var(--quiet); }
        .grid { stroke: var(--rule); shape-rendering: crispEdges; }
        .axis { stroke: var(--quiet); shape-rendering: crispEdges; }
        .injected, .whisker, .steps { stroke: var(--ink); }
        .link { stroke: var(--quiet); }
        .rate { stroke: var(--rate); }
        .over, .limit { stroke: var(--limit); }
        .area { fill: var(--area); }
        .duty { fill: var(--duty); }
        .law { fill: var(--law); }
        .shade { fill: var(--shade); }
        .excess { fill: var(--limit); }
        .texture { stroke: var(--paper); }
        .o-dial-tone { fill: var(--dial-tone); }
        .o-busy { fill: var(--busy); }
        .o-no-answer { fill: var(--no-answer); }
        .o-answered { fill: var(--answered); }
        .o-voicemail { fill: var(--voicemail); }
        .first { fill: var(--voicemail); stroke: var(--voicemail); }
        .second { fill: var(--answered); stroke: var(--answered); }
        .third { fill: var(--busy); stroke: var(--busy); }
        .fourth { fill: var(--no-answer); stroke: var(--no-answer); }
        .open { fill: var(--paper); }
        .key { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-bottom: .75rem; color: var(--quiet); font-size: .85rem; }
        details + .key, .fit + .key { margin-top: 1rem; }
        .key span { display: inline-flex; align-items: center; gap: .45rem; }
        summary { color: var(--quiet); font-size: .85rem; cursor: pointer; }
        details > div { margin-top: .75rem; }
        .advice { list-style: none; padding: 0; font-size: 1.05rem; }
        .advice li + li { margin-top: .6rem; }
        .fit { color: var(--quiet); }
        * + .fit { margin-top: .75rem; }
        h2 + .fit { margin: 0 0 .75rem; }
        ul { margin: 0; padding-left: 1.2rem; }
        li { overflow-wrap: anywhere; }
        pre { margin: 0; padding: .9rem 1.1rem; background: var(--tint); border-radius: 8px; overflow-x: auto; line-height: 1.45; }
        pre.note { margin-top: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
        footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--rule); color: var(--quiet); font-size: .85rem; }
        @media (max-width: 40rem) {
          body { padding: 1.25rem 1rem 2rem; }
          h1 { font-size: 1.4rem; }
          .banner { align-items: flex-start; }
          .stacked thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .stacked tr { display: block; padding: .6rem 0; border-top: 1px solid var(--rule); }
          .stacked td, .stacked th { display: block; border: 0; padding: .1rem 0; }
          .stacked tr:not(.remark) td:first-child { float: right; padding-left: .75rem; }
          .stacked td[data-label]::before { content: attr(data-label) ": "; color: var(--quiet); }
          .stacked td.n { display: inline-block; padding-right: .7rem; text-align: left; font-size: .85rem; }
          .stacked tr.remark { border: 0; padding-top: 0; margin-top: -.4rem; }
          .stacked tr.remark td:empty { display: none; }
          .scroll table { font-size: .8rem; }
          .scroll th { white-space: nowrap; font-size: inherit; }
          th, td { padding-right: .4rem; }
        }
        @media print {
          :root { --paper: #fff; --ink: #000; --quiet: #444; --rule: #bbb; --tint: #f5f6f8; }
          body { max-width: none; padding: 0; font-size: 11px; }
          section { margin-top: 1.5rem; }
          section, tr, figure { break-inside: avoid; }
          pre { white-space: pre-wrap; }
          details::details-content { content-visibility: visible; display: block; }
          summary { list-style: none; }
          .scroll { overflow: visible; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }
        """#
}
