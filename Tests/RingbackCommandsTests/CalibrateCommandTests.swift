import ExactJSON
import Foundation
import RingbackTestKit
import Testing

@testable import RingbackCommands

/// `calibrate`, `odds` and `explain` from their command lines.
@Suite(.timeLimit(.minutes(5)))
struct CalibrateCommandTests {
    /// Days of an hour, so that a window takes a moment.
    private static let text = """
        version: 1
        name: small
        simulation:
          campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
          virtualAgentMatrix: {flowId: f}
          outcomeInjection: {enabled: true, noAnswerProbability: 0.6, answerProbability: 0.4}
          concurrencyLimit: 5
          maxCalls: 100
          complianceBypass: true
        contactCenter:
          agents: 4
          ringing: {default: {constant: 10s}}
          talk: {exponential: {mean: 60s}}
          patience: {constant: 2s}
        pacing: {power: {linesPerAgent: 1.2}}
        run: {shift: 1h}
        compliance: [uk-ofcom-2010]

        """

    private func with<Result>(_ body: (Workspace) async throws -> Result) async throws -> Result {
        try await Workspace.inMemory { workspace in
            try workspace.write(Self.text, to: "s.yaml")
            return try await body(workspace)
        }
    }

    @Test func aCalibrationIsADocumentAndFiles() async throws {
        try await with { workspace in
            let arguments = [
                "calibrate", "FOLDER/s.yaml", "--over", "pacing.power.linesPerAgent=3,1", "--share", "80%",
            ]
            let ended = await workspace.command(arguments + ["--json", "--out", "FOLDER/out"])
            #expect(ended.exitCode == 0, "\(ended.stderr)")
            let json = try JSONReader.read(ended.stdout)
            // The cautious side of the policy's own parameter is the smaller value.
            #expect(json["settings"]?.elements?.map { $0["value"]?.double } == [1, 3])
            #expect(json["settings"]?.elements?.map { $0["verdict"]?.string } == ["certified", "rejected"])
            #expect(json["recommended"]?.elements?.first?["value"]?.double == 1 && json["verdict"]?.string == "pass")
            #expect(json["requirement"]?["share"]?.double == 0.8)
            #expect(try JSONReader.read(workspace.text("out/result.json")).text == json.text)
            #expect(try workspace.text("out/report.html").contains("The frontier"))
            #expect(try workspace.text("out/settings.csv").split(separator: "\r\n").count == 3)
            let shown = await workspace.command(arguments)
            // It stands in the history, and its page can be made again from the result alone.
            let listed = try JSONReader.read(await workspace.command(["runs", "list", "--json"]).stdout)
            #expect(listed["items"]?.elements?.compactMap { $0["kind"]?.string } == ["calibrate"])
            let id = try #require(listed["items"]?.elements?.first?["id"]?.string)
            let stored = await workspace.command(["runs", "show", id])
            #expect(stored.exitCode == 0 && stored.stdout.contains("power, 4 agents: linesPerAgent 1 is certified"))
            let page = try workspace.text("out/report.html")
            let again = await workspace.command(["report", "FOLDER/out/result.json"])
            #expect(again.stdout == page)
            try workspace.write(try workspace.text("out/result.json"), to: "lone.json")
            let made = await workspace.command(["report", "FOLDER/lone.json"])
            #expect(made.exitCode == 0 && made.stdout.contains("<title id=\"frontier-title\">"))
            func pictures(_ page: String) -> [Substring] { page.split(separator: "\n").filter { $0.contains("<path") } }
            #expect(pictures(made.stdout) == pictures(page))
            let markdown = await workspace.command(["report", id, "--format", "md"])
            #expect(markdown.exitCode == 0 && markdown.stdout.hasPrefix("### ✓ PASS: small"))
            #expect(shown.stdout.contains("dial with 1 line per agent.") && shown.stdout.contains("rejected"))
        }
    }

    /// What cannot be computed in a reasonable time is refused before anything is.
    @Test(arguments: [
        (["--share", "100%"], "--share"), (["--share", "0.9999999999999999"], "--share"),
        (["--confidence", "0.9999999999999999"], "--confidence"), (["--confidence", "0"], "--confidence"),
        (["--over", "contactCenter.lines=1..2/1001"], "2 to 1000"),
        (
            ["--over", "contactCenter.lines=" + (1...1001).map(String.init).joined(separator: ",")],
            "at most 1000 values, not 1001"
        ),
        (["--over", "pacing.power.linesPerAgent=1..3/400", "--agents", "4,5,6"], "more than 1000 settings in all"),
    ])
    func tooMuchIsRefused(_ options: [String], _ message: String) async throws {
        try await with { workspace in
            let ended = await workspace.command(["calibrate", "FOLDER/s.yaml"] + options)
            #expect(ended.exitCode == 2 && ended.stderr.contains(message), "\(ended.stderr)")
        }
    }

    /// A part that somebody wrote by hand is refused, whatever its numbers are.
    @Test(arguments: [
        ("\"of\":2", "\"of\":9223372036854775807"), ("\"share\":0.8", "\"share\":0.99999999999999"),
        ("\"confidence\":0.95", "\"confidence\":1.5"), ("\"seed\":1", "\"seed\":-1"),
    ])
    func partsOfOtherNumbersAreRefused(_ member: String, _ other: String) async throws {
        try await with { workspace in
            let own = ["calibrate", "FOLDER/s.yaml", "--over", "pacing.power.linesPerAgent=1,1.3", "--share", "80%"]
            let part = await workspace.command(own + ["--shard", "1/2", "--out", "FOLDER/p.json"])
            #expect(part.exitCode == 0, "\(part.stderr)")
            let text = try workspace.text("p.json").replacing(" ", with: "")
            try #require(text.contains(member), "\(text.prefix(500))")
            try workspace.write(text.replacing(member, with: other), to: "p.json")
            let merged = await workspace.command(["calibrate", "merge", "FOLDER/p.json"])
            #expect(merged.exitCode == 2 && merged.stderr.contains("p.json"), "\(merged.stderr)")
        }
    }

    @Test func partsAreMergedAndProtected() async throws {
        try await with { workspace in
            let own = ["calibrate", "FOLDER/s.yaml", "--over", "pacing.power.linesPerAgent=1,1.3", "--share", "80%"]
            let whole = await workspace.command(own + ["--json"])
            for number in 1...2 {
                let part = await workspace.command(own + ["--shard", "\(number)/2", "--out", "FOLDER/p\(number).json"])
                #expect(part.exitCode == 0, "\(part.stderr)")
            }
            let merged = await workspace.command(["calibrate", "merge", "FOLDER/p2.json", "FOLDER/p1.json", "--json"])
            #expect(merged.exitCode == whole.exitCode && merged.stdout == whole.stdout)
            let before = try workspace.text("p1.json")
            let again = await workspace.command(own + ["--shard", "1/2", "--out", "FOLDER/p1.json"])
            #expect(again.exitCode == 0 && again.stderr.contains("is complete; nothing to compute"))
            let others: [([String], String)] = [
                (own + ["--set", "contactCenter.agents=5", "--shard", "1/2"], "settings, rule or requirement differ"),
                (own + ["--set", "contactCenter.talk={constant: 9}", "--shard", "1/2"], "its scenario differs"),
                (own + ["--seed", "2", "--shard", "1/2"], "its seed is 1, not 2"),
                (own + ["--shard", "2/2"], "it is part 1/2"), (own + ["--shard", "1/3"], "it is part 1/2"),
            ]
            for (arguments, reason) in others {
                let refused = await workspace.command(arguments + ["--out", "FOLDER/p1.json"])
                #expect(refused.exitCode == 2 && refused.stderr.contains(reason), "\(refused.stderr)")
                #expect(try workspace.text("p1.json") == before)
            }
            // A link is written and read through, as are pipes and devices.
            for (link, place) in [("link.json", "p1.json"), ("null", "/dev/null")] {
                try FileManager.default.createSymbolicLink(
                    atPath: "\(workspace.folder)/\(link)",
                    withDestinationPath: place
                )
                let through = await workspace.command(own + ["--shard", "1/2", "--out", "FOLDER/\(link)"])
                #expect(through.exitCode == 0, "\(through.stderr)")
                #expect(through.stderr.contains("is complete") == (link == "link.json"), "\(through.stderr)")
                let path = "\(workspace.folder)/\(link)"
                #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == place)
            }
            let nowhere = await workspace.command(own + ["--shard", "1/2", "--out", "FOLDER/none/p1.json"])
            #expect(nowhere.exitCode == 2 && nowhere.stderr.contains("cannot write the part: "), "\(nowhere.stderr)")
            let lone = await workspace.command(["calibrate", "merge", "FOLDER/p1.json"])
            #expect(lone.exitCode == 2 && lone.stderr.contains("missing: part 2/2"))
            let doubled = await workspace.command(["calibrate", "merge", "FOLDER/p1.json", "FOLDER/p1.json"])
            #expect(doubled.exitCode == 2 && doubled.stderr.contains("are both part 1"))
            try workspace.write(String(before.prefix(before.count / 2)), to: "torn.json")
            let torn = await workspace.command(["calibrate", "merge", "FOLDER/torn.json", "FOLDER/p2.json"])
            #expect(torn.exitCode == 2 && torn.stderr.contains("torn.json"))
            let foreign = await workspace.command(["calibrate", "merge", "FOLDER/s.yaml"])
            #expect(foreign.exitCode == 2 && foreign.stderr.contains("s.yaml"))
        }
    }

    @Test(arguments: ["0/4", "5/4", "1/0"])
    func partsAreCountedFromOne(shard: String) async throws {
        try await with { workspace in
            let ended = await workspace.command(["calibrate", "FOLDER/s.yaml", "--shard", shard, "--out", "FOLDER/p"])
            #expect(ended.exitCode == 2 && ended.stderr.contains("from 1 to"), "\(ended.stderr)")
        }
    }

    @Test(arguments: [
        (["--over", "pacing.power"], "write PATH=FROM..TO/STEPS"), (["--agents", "0"], "not a number of agents"),
        (["--policies", "pwoer"], "did you mean \"power\"?"), (["--profile", "uk-ofcom-2017"], "sets no limit"),
        (["--profile", "us-tsp"], "unknown compliance profile"), (["--shard", "1/2"], "--shard needs --out FILE"),
        (["--policies", "power,ratio", "--over", "pacing.power.linesPerAgent=1,2"], "leave out --policies"),
        (["--set", "run={calls: 100}"], "write run.shift"), (["--policies", "poisson"], "has no usual range"),
        (["--over", "contactCenter.lines=0,5"], "lines"),
    ])
    func wrongInputIsExplained(arguments: [String], words: String) async throws {
        try await with { workspace in
            let ended = await workspace.command(["calibrate", "FOLDER/s.yaml"] + arguments)
            #expect(ended.exitCode == 2 && ended.stderr.contains(words), "\(ended.stderr)")
        }
    }

    /// The same words in every command that runs the engine alone, also as annotations.
    @Test(arguments: [
        ["simulate", "--replications", "2"], ["simulate", "--replications", "2", "--github", "--quiet"],
        ["calibrate", "--over", "pacing.power.linesPerAgent=3,4"], ["odds", "--windows", "20"],
        ["explain", "--window", "1"],
    ])
    func whatBindsIsSaid(arguments: [String]) async throws {
        try await with { workspace in
            let fields = ["--set", "simulation.concurrencyLimit=2", "--set", "contactCenter.lines=3"]
            let ended = await workspace.command([arguments[0], "FOLDER/s.yaml"] + arguments.dropFirst() + fields)
            #expect([0, 1, 6].contains(ended.exitCode), "\(ended.stderr)")
            let said = ended.stderr + ended.stdout
            let limit =
                "`\(arguments[0])` does not model concurrencyLimit: lines and pacing decide how many calls are made at once"
            let lines = "3 lines keep the contact centre short of calls: 4 agents can never all talk at once"
            #expect(said.ranges(of: limit).count == 1 && said.ranges(of: lines).count == 1, "\(said)")
            #expect(!said.contains("concurrencyLimit 2 keeps"), "\(said)")
        }
    }

    @Test func oddsAndReasonsAreDocuments() async throws {
        try await with { workspace in
            let odds = await workspace.command(["odds", "FOLDER/s.yaml", "--windows", "40", "--json"])
            #expect(odds.exitCode == 0, "\(odds.stderr)")
            let json = try JSONReader.read(odds.stdout)
            #expect(json["windows"]?.integer == 40 && json["margin"]?["share"]?.double == 0.95)
            #expect(try #require(json["margin"]?["rate"]?.double) > 0)
            let text = await workspace.command(["odds", "FOLDER/s.yaml", "--windows", "40"])
            #expect(text.stdout.contains("the next window is breached with probability"))
            let reasons = await workspace.command(["explain", "FOLDER/s.yaml", "--windows", "10", "--json"])
            #expect(reasons.exitCode == 0, "\(reasons.stderr)")
            #expect(try JSONReader.read(reasons.stdout)["causes"]?.elements?.count == 6)
            for command in ["odds", "explain"] {
                let arguments = [command, "FOLDER/s.yaml", "--windows", "10", "--out", "FOLDER/\(command)"]
                let written = await workspace.command(arguments)
                #expect(written.exitCode == 0 && written.stdout.contains("\(command)/report.html"))
                let page = try workspace.text("\(command)/report.html")
                #expect(page.contains("role=\"img\"") && page.contains("class=\"banner reported\""))
                try workspace.write(try workspace.text("\(command)/result.json"), to: "lone.json")
                let made = await workspace.command(["report", "FOLDER/lone.json"])
                func pictures(_ page: String) -> [Substring] {
                    page.split(separator: "\n").filter { $0.contains("<rect") }
                }
                #expect(made.exitCode == 0 && pictures(made.stdout) == pictures(page))
                let series = await workspace.command(["report", "FOLDER/\(command)", "--format", "csv"])
                #expect(series.exitCode == 0 && series.stdout.hasPrefix("series,at,measure,value,low,high\r\n"))
                let refused = await workspace.command(["report", "FOLDER/\(command)", "--format", "junit"])
                #expect(refused.exitCode == 2 && refused.stderr.contains("which judges nothing"), "\(refused.stderr)")
            }
            let third = await workspace.command(["explain", "FOLDER/s.yaml", "--window", "3"])
            #expect(third.stdout.contains("window 3") && third.stdout.contains("without this alone"))
            for command in ["odds", "explain"] {
                let refused = await workspace.command([command, "FOLDER/s.yaml", "--set", "run={calls: 100}"])
                #expect(refused.exitCode == 2 && refused.stderr.contains("`\(command)` needs the length of a day"))
            }
            for wrong in ["0", "-1"] {
                let refused = await workspace.command(["explain", "FOLDER/s.yaml", "--window=\(wrong)"])
                #expect(refused.exitCode == 2 && refused.stderr.contains("the first window is 1"))
            }
        }
    }
}
