/// What the pages of the dashboard add to the style sheet of reports.
enum DashboardStyle {
    static let text = #"""
        :root { --link: #1f5fae; --focus: #1f5fae; --field: #6b7480; --button: #1f5fae; --button-ink: #fff; }
        @media (prefers-color-scheme: dark) {
          :root { --link: #8ab8f5; --focus: #8ab8f5; --field: #8b95a1; --button: #8ab8f5; --button-ink: #10151b; }
        }
        body { max-width: 72rem; padding-top: 0; }
        body.narrow { max-width: 34rem; }
        a { color: var(--link); text-underline-offset: .15em; }
        a:hover { text-decoration-thickness: 2px; }
        :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
        main:focus { outline: none; }
        .skip { position: absolute; left: -999rem; top: .5rem; padding: .5rem 1rem; background: var(--paper); z-index: 1; }
        .skip:focus { left: 1rem; }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        .top { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem; padding: .9rem 0; border-bottom: 1px solid var(--rule); margin-bottom: 1.75rem; }
        .top .home { font-weight: 700; font-size: 1.05rem; color: var(--ink); text-decoration: none; }
        .top ul { display: flex; flex-wrap: wrap; gap: 0 1.1rem; list-style: none; padding: 0; }
        .top nav { flex: 1; }
        .top nav a { display: inline-block; padding: .3rem 0; color: var(--quiet); text-decoration: none; border-bottom: 2px solid transparent; }
        .top nav a:hover { color: var(--ink); }
        .top nav a[aria-current] { color: var(--ink); border-bottom-color: var(--link); }
        .who { display: flex; align-items: center; gap: .75rem; font-size: .85rem; overflow-wrap: anywhere; }
        .who small, small { color: var(--quiet); }
        #head > * + * { margin-top: .9rem; }
        #head h1 { margin: 0; }
        #head h1 + .fit { margin-top: .15rem; }
        .lead { font-size: 1.05rem; }
        button, input, select, textarea { font: inherit; color: inherit; }
        button { padding: .4rem .9rem; border: 1px solid var(--button); border-radius: 6px; background: var(--button); color: var(--button-ink); font-weight: 500; cursor: pointer; }
        button.plain, .act button { background: transparent; color: var(--link); border-color: var(--field); }
        button:hover { filter: brightness(1.08); }
        td button { padding: .15rem .6rem; font-size: .85rem; }
        input, select, textarea { width: 100%; padding: .4rem .55rem; border: 1px solid var(--field); border-radius: 6px; background: var(--paper); }
        textarea { font: .86rem/1.5 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; resize: vertical; white-space: pre; overflow-x: auto; tab-size: 2; }
        label { display: block; color: var(--quiet); font-size: .85rem; margin-bottom: .2rem; }
        .field small { display: block; margin-top: .2rem; }
        .panel { padding: 1.25rem; border: 1px solid var(--rule); border-radius: 8px; background: var(--tint); }
        .panel p + p { margin-top: 1rem; }
        .alert { padding: .7rem 1rem; border: 1px solid currentColor; border-radius: 8px; color: var(--fail); background: var(--fail-tint); }
        .filter, .preset { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
        .filter .field, .preset .field { flex: 0 1 14rem; }
        .fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .9rem 1.25rem; }
        #editor > * + * { margin-top: 1rem; }
        .actions { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: center; }
        .actions:empty { display: none; }
        .found { margin-top: .5rem; list-style: none; padding: 0; }
        .found li { padding: .15rem 0; }
        .ok { color: var(--pass); }
        .bad { color: var(--fail); }
        .act { display: inline; }
        .guarded { display: inline-block; }
        .guarded summary { color: var(--link); font-size: inherit; }
        .guarded > div { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin-top: .4rem; }
        .guarded .act button { color: var(--fail); border-color: currentColor; }
        .pages { display: flex; gap: 1.25rem; margin-top: 1rem; }
        .progress { display: inline-flex; flex-wrap: wrap; align-items: center; gap: .2rem .6rem; }
        .banner + progress { display: block; width: 100%; }
        .n + :is(th, td):not(.n) { padding-left: .75rem; }
        progress { width: 7rem; height: .5rem; accent-color: var(--link); }
        td code, dd code { overflow-wrap: anywhere; }
        td a code, th a code { display: block; }
        time { white-space: nowrap; }
        .secret { display: block; margin-top: .4rem; color: var(--ink); overflow-wrap: anywhere; user-select: all; }
        dl.facts { grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); }
        #link { white-space: nowrap; }
        @media (max-width: 40rem) {
          body { padding-top: 0; }
          .top { margin-bottom: 1.25rem; }
          .top nav { order: 3; flex-basis: 100%; }
          .who { margin-left: auto; }
          dl:not(.numbers) { grid-template-columns: 1fr 1fr; gap: .6rem 1rem; }
          .filter .field, .preset .field { flex-basis: 100%; }
          .stacked td[data-label] { display: inline-block; padding-right: .9rem; font-size: .85rem; }
          .n + :is(th, td):not(.n) { padding-left: 0; }
          .stacked td .act button { margin-top: .25rem; }
        }
        @media print { .top, .actions, .filter, .pages, .act, .skip { display: none; } }
        """#
}
