import Foundation
import RingbackTestKit
import Testing

/// Every kind of report in a real browser: valid HTML, no violation of an axe rule, nothing to scroll sideways, by day and by
/// night, wide, on 360 pixels and on A4.
@Suite("Pages in a browser", .timeLimit(.minutes(15)))
struct BrowserTests {
    private static let centre = """
        contactCenter:
          roster:
            - {agents: 4, from: 0, to: 30m, breaks: [{from: 12m, for: 5m}]}
            - {agents: 2, from: 0, to: 20m}
          ringing: {default: {exponential: {mean: 8s}}}
          talk: {exponential: {mean: 30s}}
          patience: {constant: 2s}
        list: {contacts: 900, maxAttempts: 2, retry: {noAnswer: 10m}}
        pacing: {power: {linesPerAgent: 1.5}}
        run: {shift: 30m, replications: 3}
        compliance: [us-tsr]
        thresholds: {abandonmentRate: "<= 3%", occupancy: ">= 5%"}
        """

    @Test func pagesOfEveryCommand() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 60, extra: Self.centre)
            let folders = ["run", "simulate", "calibrate", "odds", "explain"]
            let more = [
                "simulate": ["--by", "10m"], "odds": ["--windows", "12"],
                // A window of 30 days in which four are worked.
                "explain": ["--windows", "1", "--set", "run.weekdays=[mon]"],
                "calibrate": [
                    "--profile", "uk-ofcom-2010", "--over", "pacing.power.linesPerAgent=1,1.3,3", "--share", "50%",
                ],
            ]
            for name in folders {
                let ended = try await workspace.run([name, "scenario.yaml", "--out", name] + (more[name] ?? []))
                #expect([0, 1, 6].contains(ended.exitCode), "\(name): \(ended.stderr)")
            }
            // A page that was made from the stored result alone, and one with a comparison.
            let stored = try await workspace.run(["report", "simulate/result.json", "--out", "stored.html"])
            #expect(stored.exitCode == 0, "\(stored.stderr)")
            let again = ["simulate", "scenario.yaml", "--baseline", "simulate", "--out", "compared"]
            #expect(try await workspace.run(again + ["--set", "contactCenter.patience={constant: 3s}"]).exitCode != 2)
            // Two quarters of an hour of records, a day each, with a name that would break markup.
            let calls = (0..<40).map {
                "2026-03-0\($0 % 2 + 2) 09:\($0 / 2 + 10):00,\($0 % 3 == 0 ? "answered" : "no-answer"),30"
            }
            try workspace.write((["dialedAt,outcome,talkSeconds"] + calls).joined(separator: "\n"), to: "calls.csv")
            let backtest = [
                "backtest", "scenario.yaml", "calls.csv", "--out", "backtest", "--set", "name=<b>\"days\"</b>",
            ]
            #expect(try await workspace.run(backtest).exitCode == 6)
            let pages =
                (folders + ["compared", "backtest"]).map { "\(workspace.folder)/\($0)/report.html" }
                + ["\(workspace.folder)/stored.html"]
            guard let ended = try await BrowserCheck.run(pages) else { return }
            #expect(ended.exitCode == 0, "\(ended.stdout)\(ended.stderr)")
            #expect(ended.stdout.hasSuffix("\(pages.count) pages in 5 views, 0 problems\n"))
        }
    }

    /// The check itself finds what it is there for.
    @Test func faultsAreFound() async throws {
        try await Workspace.with { workspace in
            let page = """
                <!doctype html><html><head><title>x</title></head><body><main>
                <p style="color:#bbb;background:#fff">pale</p><div style="width:2000px">wide</div><img src="data:,">
                <script>console.error("broken")</script></main></body></html>
                """
            let path = "\(workspace.folder)/faults.html"
            try page.write(toFile: path, atomically: true, encoding: .utf8)
            guard let ended = try await BrowserCheck.run([path]) else { return }
            #expect(ended.exitCode == 1)
            for words in [
                "color-contrast", "image-alt", "html-has-lang", "scrolled sideways", "console says: broken", "alt",
            ] {
                #expect(ended.stdout.contains(words), "\(words): \(ended.stdout)\(ended.stderr)")
            }
        }
    }
}
