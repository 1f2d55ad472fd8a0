import ExactJSON
import Foundation
import RingbackTestKit
import Testing

@testable import RingbackCommands

/// `backtest` from its command line.
@Suite(.timeLimit(.minutes(15)))
struct BacktestCommandTests {
    /// Days with ten calls one after the other, so that 400 of them take a moment.
    private static func text(_ run: String = "{shift: 9m50s}") -> String {
        """
        version: 1
        name: small
        simulation:
          campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
          virtualAgentMatrix: {flowId: f}
          outcomeInjection: {enabled: true, answerProbability: 1}
          concurrencyLimit: 5
          maxCalls: 100
          complianceBypass: true
        contactCenter:
          agents: 1
          ringing: {default: {constant: 10s}}
          talk: {constant: 50s}
          patience: {constant: 2s}
        run: \(run)

        """
    }

    /// Ten calls of a minute on each of so many days, which is what the scenario does.
    private static func calls(days: Int, talk: Int = 50) -> String {
        let rows = (0..<days).flatMap { day in
            (0..<10).map { "2026-03-\(day < 8 ? "0" : "")\(day + 2) 09:0\($0):00,answered,10,\(talk),agent-\(day)\n" }
        }
        return "dialedAt,outcome,ringSeconds,talkSeconds,agent\n" + rows.joined()
    }

    private func with<Result>(
        _ text: String = text(),
        _ calls: String = calls(days: 6),
        _ body: (Workspace) async throws -> Result
    ) async throws -> Result {
        try await Workspace.inMemory { workspace in
            try workspace.write(text, to: "s.yaml")
            try workspace.write(calls, to: "calls.csv")
            return try await body(workspace)
        }
    }

    private static let arguments = ["backtest", "FOLDER/s.yaml", "FOLDER/calls.csv"]

    @Test func aCentreThatIsTheScenarioPasses() async throws {
        try await with { workspace in
            let more = ["--json", "--out", "FOLDER/out", "--report", "FOLDER/days.html"]
            let ended = await workspace.command(Self.arguments + more)
            #expect(ended.exitCode == 0, "\(ended.stderr)")
            let json = try JSONReader.read(ended.stdout)
            #expect(json["verdict"]?.string == "pass" && json["days"]?.elements?.count == 6)
            let day = json["days"]?.elements?.first
            #expect(day?["date"]?.string == "2026-03-02" && day?["partial"]?.bool == false)
            #expect(day?["quantities"]?["attempts"]?["observed"]?.double == 10)
            #expect(day?["quantities"]?["attempts"]?["low"]?.double == 10)
            #expect(day?["quantities"]?["occupancy"] == nil && json["coverage"]?["talkHours"]?.double == 1)
            let page = try workspace.text("out/report.html")
            #expect(try JSONReader.read(workspace.text("out/result.json")).text == json.text)
            #expect(try workspace.text("days.html") == page && page.contains("On 6 days the records lie"))
            for name in ["agent-0", "calls.csv,"] { #expect(!page.contains(name)) }
            // The page is made again from the result, and its figures are a table.
            let again = await workspace.command(["report", "FOLDER/out/result.json"])
            #expect(again.exitCode == 0 && again.stdout.contains("On 6 days the records lie"))
            let table = await workspace.command(["report", "FOLDER/out", "--format", "csv"])
            #expect(table.stdout.contains("days,2026-03-02,quantities.attempts,10,10,10"), "\(table.stdout)")
            let refused = await workspace.command(["report", "FOLDER/out", "--format", "md"])
            #expect(refused.exitCode == 2 && refused.stderr.contains("has no assertions"))
        }
    }

    @Test func anotherCentreFails() async throws {
        try await with(Self.text(), Self.calls(days: 6, talk: 55)) { workspace in
            let ended = await workspace.command(Self.arguments)
            #expect(ended.exitCode == 1, "\(ended.stderr)")
            #expect(ended.stdout.contains("The scenario does not explain the records: talk hours."), "\(ended.stdout)")
            #expect(ended.stdout.contains("FAIL  exit 1"))
            // The records fit a scenario whose calls last longer.
            let fields = ["--set", "contactCenter.talk={constant: 55s}"]
            #expect(await workspace.command(Self.arguments + fields + ["--quiet"]).stdout == "PASS\n")
        }
    }

    @Test func fewDaysAreInconclusive() async throws {
        try await with(Self.text(), Self.calls(days: 4)) { workspace in
            let ended = await workspace.command(Self.arguments)
            #expect(ended.exitCode == 6 && ended.stdout.contains("4 whole days cannot decide"), "\(ended.stdout)")
        }
    }

    @Test func whatTheScenarioLacksIsSaidBeforeRecordsAreRead() async throws {
        try await with { workspace in
            let arguments = ["backtest", "FOLDER/s.yaml", "FOLDER/nowhere.csv", "--set", "run={calls: 100}"]
            let ended = await workspace.command(arguments)
            #expect(ended.exitCode == 2 && ended.stderr.contains("`backtest` needs the length of a day"))
            #expect(!ended.stderr.contains("nowhere.csv"), "\(ended.stderr)")
        }
    }

    @Test func theSameSeedGivesTheSameBytesForAnyThreads() async throws {
        try await with { workspace in
            let one = await workspace.command(Self.arguments + ["--json", "--threads", "1", "--seed", "5"])
            let four = await workspace.command(Self.arguments + ["--json", "--threads", "4", "--seed", "5"])
            #expect(one.exitCode == 0 && one.stdout == four.stdout)
        }
    }

    @Test(arguments: [
        (["--replications", "399"], "--replications must be in 400…1000000"),
        (["--threads", "0"], "--threads must be in 1…1024"), (["--time-zone", "Mars/Olympus"], "Mars/Olympus"),
        (["--columns", "colour=blue"], "colour=blue"), (["--outcomes", "x=perhaps"], "x=perhaps"),
        (["--set", "run={calls: 100}"], "`backtest` needs the length of a day"), (["--format", "five9"], "five9"),
        (["FOLDER/nowhere.csv"], "nowhere.csv"), (["--report", "/proc/x/y"], "/proc/x"),
    ])
    func refusalsSayWhatToDo(_ more: [String], _ words: String) async throws {
        try await with { workspace in
            let ended = await workspace.command(Self.arguments + more)
            #expect(ended.exitCode == 2 && ended.stderr.contains(words), "\(ended.stderr)")
        }
    }
}
