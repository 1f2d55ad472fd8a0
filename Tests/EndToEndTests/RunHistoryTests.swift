import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// Runs against an embedded sandbox: compared with earlier ones, listed, and removed.
@Suite(.timeLimit(.minutes(15)))
struct RunHistoryTests {
    private static func json(_ ended: Program.Finished) throws -> JSONValue {
        try JSONReader.read(Array(ended.stdout.utf8))
    }

    /// Ten agents, then one for many calls, twice: both are compared with the first, which alone ended 0.
    @Test func aRunThatFailedByComparisonIsNoBaseline() async throws {
        try await Workspace.with { workspace in
            let centre = """
                contactCenter: {agents: 40, ringing: {default: {constant: 1s}}, talk: {constant: 30s}, patience: {constant: 2s}}
                pacing: {fixedLines: {lines: 5}}
                compliance: [{name: loose, limit: 99%, window: calendarDay, clockFrom: answer, seconds: 2s}]
                """
            try workspace.scenario(calls: 200, probabilities: ["0", "0", "0.1", "0.9"], extra: centre)
            let run = ["run", "scenario.yaml", "--json", "--baseline", "last-pass", "--fail-on-regression"]
            let first = try await workspace.run(run)
            #expect(first.exitCode == 0, "\(first.stderr)")
            let document = try Self.json(first)
            let id = try #require(document["runId"]?.string)
            #expect(document["comparison"] == .null)
            for _ in 1...2 {
                let worse = try await workspace.run(run + ["--set", "contactCenter.agents=1"])
                #expect(worse.exitCode == 1)
                let result = try Self.json(worse)
                #expect(result["comparison"]?["baseline"]?.string == id)
                #expect(result.failed == ["regression.abandonmentRate"])
                let paths = result["comparison"]?["scenarioDifferences"]?.elements?.map { $0["path"]?.string }
                #expect(paths == ["contactCenter.agents"])
                #expect(result["calls"]?["abandonmentRate"]?.double ?? 0 > 0.5)
            }
            let same = try await workspace.run(run)
            #expect(same.exitCode == 0)
            let list = try Self.json(try await workspace.run(["runs", "list", "--json"]))
            #expect(list["items"]?.elements?.map { $0["exitCode"]?.integer } == [0, 1, 1, 0])
            let failed = try Self.json(try await workspace.run(["runs", "list", "--state", "failed", "--json"]))
            #expect(failed["items"]?.elements?.count == 2)
            let ids = (list["items"]?.elements ?? []).compactMap { $0["id"]?.string }
            let diff = try Self.json(try await workspace.run(["runs", "diff", id, ids[1], "--json"]))
            #expect(diff["metrics"]?.elements?.first?["verdict"]?.string == "worse")
            let shown = try Self.json(try await workspace.run(["runs", "show", ids[1], "--json"]))
            #expect(shown["result"]?["runId"]?.string == ids[1] && shown["verdict"]?.string == "fail")
        }
    }

    /// The audit log keeps what was removed, and verifies.
    @Test func oldRunsAreRemovedWithTheirFiles() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 20)
            var ids: [String] = []
            for _ in 1...3 {
                let ended = try Self.json(try await workspace.run(["run", "scenario.yaml", "--json"]))
                ids.append(try #require(ended["runId"]?.string))
            }
            let log = try workspace.text("home/audit/00000001.jsonl").split(separator: "\n").count
            let dry = try Self.json(try await workspace.run(["runs", "prune", "--keep", "1", "--dry-run", "--json"]))
            #expect(dry["runs"]?.integer == 2 && dry["dryRun"]?.bool == true)
            #expect(try workspace.text("home/audit/00000001.jsonl").split(separator: "\n").count == log)
            let pruned = try Self.json(try await workspace.run(["runs", "prune", "--keep", "1", "--json"]))
            #expect(pruned["runs"]?.integer == 2 && pruned["folders"]?.integer == 2)
            #expect((pruned["events"]?.integer ?? 0) > 40)
            #expect(pruned["removed"]?.elements?.compactMap(\.string) == Array(ids.prefix(2)))
            let left = try FileManager.default.contentsOfDirectory(atPath: "\(workspace.home)/runs")
            #expect(left == [ids[2]])
            let list = try Self.json(try await workspace.run(["runs", "list", "--json"]))
            #expect(list["items"]?.elements?.compactMap { $0["id"]?.string } == [ids[2]])
            let inbox = try await workspace.run(["inbox", "list", "--run", ids[0], "--json"])
            #expect(inbox.exitCode == 2)
            let lines = try workspace.text("home/audit/00000001.jsonl").split(separator: "\n")
            #expect(lines.count == log + 1)
            let entry = try JSONReader.read(Array(try #require(lines.last).utf8))
            #expect(entry["eventType"]?.string == "pruned" && entry["payload"]?["runs"]?.integer == 2)
            #expect(try await workspace.run(["audit", "verify", "\(workspace.home)/audit"]).exitCode == 0)
            #expect(try await workspace.run(["runs", "prune", "--older-than", "30d"]).exitCode == 0)
            for refused in [
                ["prune"], ["prune", "--keep", "1", "--older-than", "1d"], ["prune", "--older-than", "-1d"],
            ] {
                #expect(try await workspace.run(["runs"] + refused).exitCode == 2)
            }
        }
    }

    /// A monitor that nobody answers leaves deliveries pending: the run stays.
    @Test func aRunWithPendingDeliveriesStays() async throws {
        try await Workspace.with { workspace in
            let port = try ReservedPort()
            defer { port.release() }
            try workspace.scenario(
                calls: 5,
                extra:
                    "monitors: [{name: qa, url: \"http://127.0.0.1:\(port.port)/\", allow: [127.0.0.0/8], schedule: standard}]"
            )
            let ended = try Self.json(try await workspace.run(["run", "scenario.yaml", "--drain", "50ms", "--json"]))
            let id = try #require(ended["runId"]?.string)
            let pruned = try Self.json(try await workspace.run(["runs", "prune", "--keep", "0", "--json"]))
            #expect(pruned["runs"]?.integer == 0)
            #expect(pruned["keptForPendingDeliveries"]?.elements?.compactMap(\.string) == [id])
            #expect(try await workspace.run(["runs", "show", id]).exitCode == 0)
        }
    }

    /// A workflow's summary and annotations of a run.
    @Test func aWorkflowSeesARun() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 20, extra: "thresholds: {callsAttempted: \">= 21\"}")
            let summary = ["GITHUB_STEP_SUMMARY": "\(workspace.folder)/summary.md"]
            let ended = try await workspace.run(["run", "scenario.yaml", "--github"], environment: summary)
            #expect(ended.exitCode == 1)
            #expect(ended.stdout.contains("::error file=scenario.yaml,line=16,col="))
            #expect(try workspace.text("summary.md").contains("callsAttempted &gt;= 21"))
        }
    }
}
