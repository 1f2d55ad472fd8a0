import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// The documents of `--json` against the schemas that `docs/schemas` promises.
@Suite(.timeLimit(.minutes(15)))
struct SchemaTests {
    /// The schemas of documents that no command line below makes: those of programs that stay, and that of a slot that nobody
    /// uses any more (`SlotSharingTests`).
    private static let others: Set<String> = [
        "serve", "sandbox", "slots-release", "store-migrate", "store-move",
    ]

    @Test func everyDocumentFitsItsSchema() async throws {
        try await Workspace.with { workspace in
            let centre = """
                contactCenter: {agents: 5, ringing: {default: {constant: 5s}}, talk: {constant: 30s}, patience: {constant: 2s}}
                pacing: {power: {linesPerAgent: 1.5}}
                run: {shift: 30m, replications: 3}
                thresholds: {abandonmentRate: "<= 3%", occupancy: ">= 5%"}
                """
            try workspace.scenario(calls: 20, extra: centre)
            let port = try ReservedPort()
            defer { port.release() }
            let monitor =
                "monitors=[{name: qa, url: \"http://127.0.0.1:\(port.port)/\", allow: [127.0.0.0/8], schedule: standard}]"
            var seen: Set<String> = []
            @discardableResult
            func check(_ name: String, _ arguments: [String]) async throws -> JSONValue {
                let ended = try await workspace.run(arguments + ["--json"])
                let document = try JSONReader.read(Array(ended.stdout.utf8))
                let problems = try SchemaCheck(name).problems(of: document)
                #expect(problems.isEmpty, "\(arguments): \(problems.prefix(5))")
                seen.insert(name)
                return document
            }
            func file(_ name: String, _ path: String) throws {
                let problems = try SchemaCheck(name).problems(of: JSONReader.read(Array(workspace.text(path).utf8)))
                #expect(problems.isEmpty, "\(path): \(problems.prefix(5))")
            }
            let run = try await check("run", ["run", "scenario.yaml", "--out", "out"])
            try file("run", "out/result.json")
            try await check("run", ["run", "scenario.yaml", "--baseline", "last-pass", "--fail-on-regression"])
            try await check("run", ["run", "scenario.yaml", "--set", monitor, "--drain", "50ms"])
            try await check("run", ["run", "scenario.yaml", "--set", "simulation.maxCalls=0"])
            let simulate = ["simulate", "scenario.yaml"]
            try await check("simulate", simulate + ["--out", "a", "--by", "15m"])
            try file("simulate", "a/result.json")
            try await check(
                "simulate",
                simulate + ["--out", "b", "--baseline", "a", "--fail-on-regression", "--replications", "1"]
            )
            try file("simulate", "b/result.json")
            try await check("simulate", simulate + ["--compare", "progressive"])
            try await check("simulate", simulate + ["--set", "list.contacts=200"])
            try await check("simulate", ["simulate", "nowhere.yaml"])
            try await check("validate", ["validate", "scenario.yaml", "nowhere.yaml"])
            try await check("profiles", ["profiles"])
            try await check("slots-list", ["slots", "list"])
            let id = try #require(run["runId"]?.string)
            try await check("runs-list", ["runs", "list"])
            try await check("runs-show", ["runs", "show", id])
            try await check("runs-diff", ["runs", "diff", "a", "b"])
            try await check("runs-diff", ["runs", "diff", id, id])
            try await check("report", ["report", "a", "--format", "md", "--out", "a.md"])
            try await check("doctor", ["doctor"])
            try await check("init", ["init", "new"])
            let inbox = try await check("inbox-list", ["inbox", "list", "--limit", "3"])
            let webhook = try #require(inbox["items"]?.elements?.first?["webhookId"]?.string)
            try await check("inbox-show", ["inbox", "show", webhook])
            try await check("inbox-replay", ["inbox", "replay", "--all"])
            let deliveries = try await check("deliveries-list", ["deliveries", "list"])
            let delivery = try #require(deliveries["items"]?.elements?.first?["id"]?.string)
            try await check("deliveries-show", ["deliveries", "show", delivery])
            for name in ["checkpoint", "verify", "show", "export", "report", "rotate-key"] {
                let places = ["checkpoint", "verify"].contains(name) ? ["\(workspace.home)/audit"] : []
                try await check("audit-\(name)", ["audit", name] + places)
            }
            try await check("audit-prove", ["audit", "prove", "\(workspace.home)/audit", "1"])
            try await check("token-create", ["token", "create", "--name", "ci", "--role", "viewer"])
            try await check("token-list", ["token", "list"])
            try await check("token-revoke", ["token", "revoke", "ci"])
            try await check("deliveries-replay", ["deliveries", "replay", "--monitor", "qa"])
            let salts = try JSONReader.read(Array(try workspace.text("\(workspace.home)/keys/salts.json").utf8))
            let person = try #require(salts["people"]?.elements?.first?["name"]?.string)
            try await check("audit-forget", ["audit", "forget", person])
            try await check("runs-prune", ["runs", "prune", "--keep", "1"])
            let small = ["scenario.yaml", "--profile", "us-tsr", "--set", "run.shift=10m"]
            try await check(
                "calibrate",
                ["calibrate"] + small + ["--over", "pacing.power.linesPerAgent=1,1.1", "--share", "50%"]
            )
            for number in 1...2 {
                let part = ["--policies", "progressive", "--shard", "\(number)/2", "--out", "part\(number).json"]
                #expect(try await workspace.run(["calibrate"] + small + part).exitCode == 0)
            }
            try await check("calibrate-merge", ["calibrate", "merge", "part1.json", "part2.json"])
            try await check("odds", ["odds"] + small + ["--windows", "5"])
            try await check("explain", ["explain"] + small)
            let campaign = "campaign_id,dial_method,auto_dial_level\nSPRING,RATIO,1.8\n"
            try campaign.write(toFile: "\(workspace.folder)/campaign.csv", atomically: true, encoding: .utf8)
            try await check("import", ["import", "campaign.csv", "--from", "vicidial"])
            let calls = "dialedAt,outcome\n2026-03-02 09:00:00,answered\n2026-03-02 09:05:00,busy\n"
            try calls.write(toFile: "\(workspace.folder)/calls.csv", atomically: true, encoding: .utf8)
            try await check("fit", ["fit", "calls.csv", "--pacing", "campaign.csv"])
            try workspace.write("dialedAt,outcome,talkSeconds\n2026-03-02 09:00:00,answered,60\n", to: "calls.csv")
            try await check("backtest", ["backtest", "scenario.yaml", "calls.csv", "--out", "days"])
            try file("backtest", "days/result.json")
            let names = try FileManager.default.contentsOfDirectory(atPath: SchemaCheck.folder.path)
            #expect(
                seen.union(Self.others)
                    == Set(names.map { $0.replacing(".json", with: "") })
            )
        }
    }

    /// What a program that stays prints once it listens.
    @Test(arguments: ["serve", "sandbox"]) func programsThatStay(_ name: String) async throws {
        try await Workspace.with { workspace in
            let program = try workspace.start([name, "--listen", "127.0.0.1:0", "--json"])
            let line = try #require(await program.line { $0.hasPrefix("{") })
            program.signal(SIGTERM)
            #expect(await program.finished().exitCode == 0)
            let document = try JSONReader.read(Array(line.utf8))
            let problems = try SchemaCheck(name).problems(of: document)
            #expect(problems.isEmpty, "\(line): \(problems)")
        }
    }
}
