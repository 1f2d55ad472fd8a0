import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// Simulations compared with earlier ones: which one is the baseline, and what comes of it.
@Suite(.timeLimit(.minutes(5)))
struct BaselineTests {
    /// A small centre that complies whatever happens; an agent fewer leaves less room.
    static func scenario(_ name: String, agents: Int = 10, lines: Double = 1.2, in workspace: Workspace) throws {
        let text = """
            version: 1
            name: \(name)
            simulation:
              campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
              virtualAgentMatrix: {flowId: flow}
              outcomeInjection: {enabled: true, dialToneProbability: 0, busySignalProbability: 0.1, noAnswerProbability: 0.4, answerProbability: 0.5}
              concurrencyLimit: 5
              maxCalls: 100
              complianceBypass: true
            contactCenter: {agents: \(agents), ringing: {default: {exponential: {mean: 10s}}}, talk: {exponential: {mean: 60s}}, patience: {constant: 2s}}
            pacing: {power: {linesPerAgent: \(lines)}}
            run: {shift: 1h, replications: 12}
            compliance: [{name: loose, limit: 90%, window: calendarDay, clockFrom: answer, seconds: 4s}]
            """
        try text.write(toFile: "\(workspace.folder)/\(name).yaml", atomically: true, encoding: .utf8)
    }

    private static func simulate(_ name: String, _ arguments: [String], in workspace: Workspace) async -> CommandRun {
        await workspace.command(["simulate", "FOLDER/\(name).yaml", "--out", "FOLDER/out"] + arguments)
    }

    private static func result(_ workspace: Workspace) throws -> JSONValue {
        try JSONReader.read(Array(try workspace.text("out/result.json").utf8))
    }

    private static let gate = ["--baseline", "last-pass", "--fail-on-regression"]

    private static func lastID(_ workspace: Workspace) async throws -> String {
        let list = await workspace.command(["runs", "list", "--limit", "1", "--json"])
        let items = try JSONReader.read(Array(list.stdout.utf8))["items"]
        return try #require(items?.elements?.first?["id"]?.string)
    }

    @Test func theLastPassIsOfTheSameScenario() async throws {
        try await Workspace.inMemory { workspace in
            for name in ["spring", "autumn"] { try Self.scenario(name, in: workspace) }
            #expect(await Self.simulate("spring", [], in: workspace).exitCode == 0)
            let spring = try await Self.lastID(workspace)
            #expect(await Self.simulate("autumn", [], in: workspace).exitCode == 0)
            #expect(await Self.simulate("spring", ["--baseline", "last-pass"], in: workspace).exitCode == 0)
            let comparison = try #require(try Self.result(workspace)["comparison"])
            #expect(comparison["baseline"]?.string == spring)
            #expect(comparison["paired"]?.bool == true)
            for metric in comparison["metrics"]?.elements ?? [] {
                #expect(metric["difference"]?["mean"]?.double == 0 && metric["difference"]?["high"]?.double == 0)
                #expect(metric["verdict"]?.string == "no difference shown")
            }
        }
    }

    @Test func aRunThatFailedByComparisonIsNoBaseline() async throws {
        try await Workspace.inMemory { workspace in
            try Self.scenario("spring", in: workspace)
            #expect(await Self.simulate("spring", Self.gate, in: workspace).exitCode == 0)
            let first = try await Self.lastID(workspace)
            // More lines abandon more calls; the files of the first run are replaced each time.
            for _ in 1...2 {
                let ended = await Self.simulate(
                    "spring",
                    Self.gate + ["--set", "pacing.power.linesPerAgent=2"],
                    in: workspace
                )
                #expect(ended.exitCode == 1 && ended.stdout.contains("FAIL"))
                #expect(ended.stdout.contains("the scenarios differ in pacing.power.linesPerAgent: 1.2 → 2"))
                let result = try Self.result(workspace)
                #expect(result["comparison"]?["baseline"]?.string == first)
                #expect(result.failed.contains("regression.abandonmentRate"))
                #expect(result["metrics"]?["occupancy"]?["mean"]?.double != nil)
                let junit = try workspace.text("out/junit.xml")
                #expect(junit.contains(#"name="regression.abandonmentRate""#) && junit.contains("<failure"))
                #expect(junit.contains(#"name="difference:occupancy""#))
            }
            // A tolerance in the unit of the metric, and only the metrics that are named.
            let tolerant = Self.gate + ["abandonmentRate=50%", "--set", "pacing.power.linesPerAgent=2"]
            #expect(await Self.simulate("spring", tolerant, in: workspace).exitCode == 0)
        }
    }

    /// Ten agents, then nine, then nine again: both fail, and both are compared with the ten.
    @Test func aSmallerTeamIsARegressionEveryTime() async throws {
        try await Workspace.inMemory { workspace in
            try Self.scenario("spring", agents: 10, in: workspace)
            let more = ["--replications", "40"]
            #expect(await Self.simulate("spring", Self.gate + more, in: workspace).exitCode == 0)
            let first = try await Self.lastID(workspace)
            try Self.scenario("spring", agents: 9, in: workspace)
            for _ in 1...2 {
                let ended = await Self.simulate("spring", Self.gate + more, in: workspace)
                #expect(ended.exitCode == 1 && ended.stdout.contains("differ in contactCenter.agents: 10 → 9"))
                #expect(try Self.result(workspace)["comparison"]?["baseline"]?.string == first)
            }
        }
    }

    @Test func withoutAPassingRunTheFirstIsJudgedAlone() async throws {
        try await Workspace.inMemory { workspace in
            try Self.scenario("spring", in: workspace)
            let ended = await workspace.command(["simulate", "FOLDER/spring.yaml"] + Self.gate + ["--json"])
            #expect(ended.exitCode == 0)
            let document = try JSONReader.read(Array(ended.stdout.utf8))
            #expect(document["comparison"] == .null)
            #expect(
                document["notes"]?.elements?.contains {
                    $0.string?.contains("no passing run of spring exists yet") == true
                } == true
            )
        }
    }

    /// Baselines that cannot be read, and a part of the message.
    static let unreadable: [(arguments: [String], says: String)] = [
        (["--baseline", "FOLDER/nowhere.json"], "there is no file FOLDER/nowhere.json"),
        (["--baseline", "01M821QA56X5ZM5PW62SPXZAGX"], "there is no"),
        (["--baseline", "FOLDER/half.json"], "is not a whole JSON document"),
        (["--baseline", "FOLDER/empty.json"], "holds no result"),
        (["--baseline", "FOLDER/spring.yaml"], "is not a whole JSON document"),
        (["--fail-on-regression"], "--fail-on-regression needs --baseline"),
        (["--baseline", "last-pass", "--fail-on-regression", "speed=1"], "there is no metric \"speed\""),
        (["--baseline", "last-pass", "--fail-on-regression=occupancy=-1"], "occupancy needs a tolerance of 0 or more"),
        (["--baseline", "last-pass", "--fail-on-regression", "occupancy=1%,occupancy=2%"], "two tolerances"),
        (["--baseline", "last-pass", "--compare", "progressive"], "use one"),
    ]

    @Test(arguments: unreadable) func nothingIsSimulatedThen(_ arguments: [String], _ says: String) async throws {
        try await Workspace.inMemory { workspace in
            try Self.scenario("spring", in: workspace)
            #expect(await Self.simulate("spring", [], in: workspace).exitCode == 0)
            let whole = try workspace.text("out/result.json")
            let half = String(whole.prefix(whole.count / 2))
            try half.write(toFile: "\(workspace.folder)/half.json", atomically: true, encoding: .utf8)
            try "{}".write(toFile: "\(workspace.folder)/empty.json", atomically: true, encoding: .utf8)
            let ended = await Self.simulate("spring", arguments, in: workspace)
            #expect(ended.exitCode == 2 && ended.stderr.contains(says), "\(ended.stderr)")
            let files = try FileManager.default.contentsOfDirectory(atPath: workspace.out).sorted()
            #expect(files == ["junit.xml", "result.json"])
            let junit = try workspace.text("out/junit.xml")
            #expect(junit.components(separatedBy: "<error").count == 2 && junit.contains(#"tests="1""#))
            let list = await workspace.command(["runs", "list", "--json"])
            #expect(try JSONReader.read(Array(list.stdout.utf8))["items"]?.elements?.count == 1)
        }
    }

    /// The document without its replications is compared by its intervals; that of another kind as far as it goes.
    @Test func aBaselineOfAnotherShapeIsComparedAsFarAsItGoes() async throws {
        try await Workspace.inMemory { workspace in
            try Self.scenario("spring", in: workspace)
            let plain = await workspace.command(["simulate", "FOLDER/spring.yaml", "--json"])
            try plain.stdout.replacing("\"version\": 1", with: "\"version\": 9")
                .write(toFile: "\(workspace.folder)/old.json", atomically: true, encoding: .utf8)
            let baseline = ["--baseline", "FOLDER/old.json", "--fail-on-regression"]
            let ended = await Self.simulate("spring", baseline, in: workspace)
            #expect(ended.exitCode == 0)
            let comparison = try #require(try Self.result(workspace)["comparison"])
            #expect(comparison["paired"]?.bool == false)
            let notes = (comparison["notes"]?.elements ?? []).compactMap(\.string)
            #expect(notes.contains { $0.contains("has version 9") })
            #expect(notes.contains { $0.contains("does not hold its replications") })
            #expect(notes.contains { $0.contains("does not hold its scenario") })
            #expect(comparison["metrics"]?.elements?.count == 6)
        }
    }

    @Test func resultsAreRenderedAgain() async throws {
        try await Workspace.inMemory { workspace in
            try Self.scenario("spring", in: workspace)
            #expect(await Self.simulate("spring", [], in: workspace).exitCode == 0)
            #expect(
                await Self.simulate("spring", Self.gate + ["--set", "contactCenter.agents=9"], in: workspace).exitCode
                    < 2
            )
            let id = try await Self.lastID(workspace)
            for source in ["FOLDER/out", id] {
                let junit = await workspace.command(["report", source, "--format", "junit"])
                #expect(try junit.exitCode == 0 && junit.stdout == workspace.text("out/junit.xml"))
                let page = await workspace.command(["report", source])
                #expect(
                    try page.stdout.replacing("FOLDER", with: workspace.folder) == workspace.text("out/report.html")
                )
            }
            let markdown = await workspace.command(["report", id, "--format", "md"])
            #expect(markdown.stdout.split(separator: "\n", omittingEmptySubsequences: false).count <= 60)
            #expect(markdown.stdout.contains("the scenarios differ in contactCenter.agents: 10 → 9"))
            try FileManager.default.removeItem(atPath: workspace.out)
            let again = await workspace.command(["report", id, "--format", "html", "--out", "FOLDER/again.html"])
            #expect(again.exitCode == 0)
            #expect(try workspace.text("again.html").contains("Against the baseline"))
            let missing = await workspace.command(["report", "FOLDER/out"])
            #expect(missing.exitCode == 2 && missing.stderr.contains("there is no file FOLDER/out"))
        }
    }

    @Test func aWorkflowGetsAnnotationsAndASummary() async throws {
        try await Workspace.inMemory { workspace in
            try Self.scenario("spring", in: workspace)
            let summary = "\(workspace.folder)/summary.md"
            let variables = ["GITHUB_STEP_SUMMARY": summary]
            func run(_ arguments: [String]) async -> CommandRun {
                await workspace.command(
                    ["simulate", "FOLDER/spring.yaml", "--github"] + arguments,
                    environment: variables
                )
            }
            let failed = await run(["--set", "thresholds.occupancy=>= 99%"])
            #expect(failed.exitCode == 1)
            #expect(
                failed.stdout.contains("::error file=FOLDER/spring.yaml,title=Ringback simulate%3A fail::occupancy: ")
            )
            #expect(failed.stdout.contains(" %25 ("))
            #expect(try workspace.text(summary).hasPrefix("### ✗ FAIL: spring\n"))
            let quiet = await run(["--set", "thresholds.occupancy=>= 99%", "--json"])
            #expect(try JSONReader.read(Array(quiet.stdout.utf8)).isObject)
            #expect(quiet.stderr.contains("::error file="))
            let refused = await run(["--set", "contactCenter.agents=0"])
            #expect(refused.exitCode == 2 && refused.stdout.contains("::error file=--set contactCenter.agents=0"))
            #expect(try workspace.text(summary).components(separatedBy: "### ✗").count == 4)
        }
    }

    @Test func inconclusiveAssertionsAreWhatIsAskedFor() async throws {
        try await Workspace.inMemory { workspace in
            try Self.scenario("spring", in: workspace)
            let open = ["--replications", "1", "--set", "thresholds={waitSeconds.p95: \"<= 2s\"}"]
            for (word, element) in [("failure", "<failure"), ("skipped", "<skipped")] {
                let ended = await Self.simulate("spring", open + ["--junit-inconclusive", word], in: workspace)
                #expect(ended.exitCode == 6)
                #expect(try workspace.text("out/junit.xml").contains("\(element) message=\"inconclusive: "))
            }
        }
    }
}
