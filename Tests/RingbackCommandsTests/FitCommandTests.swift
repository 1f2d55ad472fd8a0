import ExactJSON
import Foundation
import RingbackTestKit
import Testing

@testable import RingbackCommands

/// `fit` as a user types it.
@Suite(.timeLimit(.minutes(5)))
struct FitCommandTests {
    private func write(_ text: String, _ workspace: Workspace, _ name: String = "calls.csv") throws {
        try text.write(toFile: "\(workspace.folder)/\(name)", atomically: true, encoding: .utf8)
    }

    private func calls() -> String {
        var calls = InventedCalls(seed: 7)
        return calls.csv()
    }

    @Test("records become a scenario with comments, and a summary says what was read")
    func theScenarioAndItsSummary() async throws {
        try await Workspace.inMemory { workspace in
            try write(calls(), workspace)
            let fit = await workspace.command([
                "fit", "FOLDER/calls.csv", "--out", "FOLDER/fitted.yaml", "--name", "spring",
            ])
            #expect(fit.exitCode == 0 && fit.stderr.isEmpty, "\(fit.stderr)")
            let scenario = try String(contentsOfFile: "\(workspace.folder)/fitted.yaml", encoding: .utf8)
            try Golden.expect(scenario, "fit-scenario.yaml")
            try Golden.expect(fit.stdout, "fit.txt")
            let valid = await workspace.command(["validate", "FOLDER/fitted.yaml"])
            #expect(valid.exitCode == 0)
            // Without a file the scenario alone is on standard output.
            let printed = await workspace.command(["fit", "FOLDER/calls.csv", "--name", "spring"])
            #expect(printed.stdout == scenario)
            #expect(printed.stderr.contains("times in seconds"))
            let quiet = await workspace.command(["fit", "FOLDER/calls.csv", "--name", "spring", "--quiet"])
            #expect(quiet.stdout == scenario && quiet.stderr.isEmpty)
        }
    }

    @Test("a seed repeats every byte, and the document fits its schema and holds the scenario")
    func theDocument() async throws {
        try await Workspace.inMemory { workspace in
            try write(calls(), workspace)
            let fit = ["fit", "FOLDER/calls.csv", "--json", "--seed", "5"]
            let first = await workspace.command(fit)
            let second = await workspace.command(fit)
            #expect(first.exitCode == 0 && first.stdout == second.stdout && first.stderr.isEmpty)
            let document = try JSONReader.read(Array(first.stdout.utf8))
            #expect(try SchemaCheck("fit").problems(of: document) == [])
            let printed = await workspace.command(["fit", "FOLDER/calls.csv", "--seed", "5", "--quiet"])
            #expect(document["scenario"]?.string == printed.stdout)
            for (_, time) in try #require(document["times"]).members {
                let judged = (time["candidates"]?.elements ?? []).filter { $0["p"]?.double != nil }
                #expect(judged.count == 1)
                #expect(judged.first?["family"] == time["family"] || time["family"] == "empirical")
            }
        }
    }

    @Test("names, numbers and identities of people stand in no output")
    func nothingOfPeople() async throws {
        try await Workspace.inMemory { workspace in
            var invented = InventedCalls(seed: 7)
            try write(invented.csv(agents: ["CANARY-ann", "CANARY-bob"]), workspace)
            for options in [["--json"], ["--verbose"], ["--out", "FOLDER/s.yaml", "--skipped", "FOLDER/skipped.csv"]] {
                let fit = await workspace.command(["fit", "FOLDER/calls.csv"] + options)
                let written = try? String(contentsOfFile: "\(workspace.folder)/s.yaml", encoding: .utf8)
                let skipped = try? String(contentsOfFile: "\(workspace.folder)/skipped.csv", encoding: .utf8)
                for text in [fit.stdout, fit.stderr, written ?? "", skipped ?? ""] {
                    #expect(!text.contains("CANARY") && !text.contains("+4930") && !text.contains("c17"))
                }
            }
        }
    }

    @Test("an evening shift over midnight is one day, and its agents are one group")
    func eveningShift() async throws {
        try await Workspace.inMemory { workspace in
            var lines = ["dialedAt,outcome,talkSeconds,wrapSeconds,agent"]
            for day in 0..<5 {
                for step in 0..<160 {
                    let clock = 18 * 3600 + step * 180
                    let date = 2 + day + clock / 86_400
                    let time = clock % 86_400
                    func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
                    let agent = step.isMultiple(of: 2) ? "ann" : "bob"
                    lines.append(
                        "2026-03-0\(date) \(pad(time / 3600)):\(pad(time / 60 % 60)):00,answered,\(60 + step % 60),30,\(agent)"
                    )
                }
            }
            try write(lines.joined(separator: "\n"), workspace)
            let fit = await workspace.command(["fit", "FOLDER/calls.csv", "--json"])
            let document = try JSONReader.read(Array(fit.stdout.utf8))
            let scenario = try #require(document["scenario"]?.string)
            for part in ["start: \"18:00\"", "shift: 8h", "days: 5", "- {agents: 2, from: 0s, to: 8h}"] {
                #expect(scenario.contains(part), "\(part)\n\(scenario)")
            }
            #expect(document["roster"] == [["agents": 2, "from": 0, "to": 28_800, "breaks": []]])
        }
    }

    @Test(
        "what cannot be fitted is refused with a reason",
        arguments: [
            ("dialedAt,outcome\n2026-03-02 09:00:00,zonk\n", [], "zonk"),
            ("dialedAt,agent\n2026-03-02 09:00:00,ann\n", [], "outcome"),
            ("dialedAt,outcome\n03/04/2026 09:15:00,busy\n", [], "--time-format"),
            ("dialedAt,outcome\n2026-03-02 09:00:00,busy\n", ["--name", " "], "--name"),
            (
                "", ["--outcomes", "Verbunden=connected"],
                "; an outcome is busy, no-answer, dial-tone, voicemail, answered,"
            ),
            ("", ["--columns", "foo=Bar"], "; a field is dialedAt, outcome, ringSeconds,"),
            ("", ["--time-zone", "Berlin"], "is invalid for '--time-zone <zone>', did you mean Europe/Berlin?"),
            ("", ["--time-zone", "qqqqqqqq"], "; a zone is a name of the IANA's database such as Europe/Berlin"),
            (
                "", ["--time-format", "DD.MM."],
                "; a format says year, month, day, hour and minute, and is made of YYYY"
            ),
        ]
    )
    func refusals(_ text: String, _ options: [String], _ says: String) async throws {
        try await Workspace.inMemory { workspace in
            try write(text, workspace)
            let fit = await workspace.command(["fit", "FOLDER/calls.csv"] + options)
            #expect(fit.exitCode == 2 && fit.stdout.isEmpty && fit.stderr.contains(says), "\(fit.stderr)")
        }
    }
}

// Standard input.
extension FitCommandTests {
    @Test(
        "standard input is one input of a command",
        arguments: [
            ["fit", "-", "-"], ["fit", "-", "--agent-log", "-"], ["fit", "-", "--pacing", "-"],
            ["fit", "calls.csv", "--agent-log", "-", "--pacing", "-"], ["backtest", "-", "-"],
            ["backtest", "-", "calls.csv", "--agent-log", "-"], ["backtest", "scenario.yaml", "-", "-"],
        ]
    )
    func standardInput(_ arguments: [String]) async throws {
        try await Workspace.inMemory { workspace in
            let run = await workspace.command(arguments)
            #expect(
                run.exitCode == 2 && run.stderr.contains("only one input can come from standard input"),
                "\(run.stderr)"
            )
        }
    }
}

extension JSONValue {
    fileprivate var members: [(String, JSONValue)] {
        guard case .object(let members) = self else { return [] }
        return members.map { ($0.name, $0.value) }
    }
}
