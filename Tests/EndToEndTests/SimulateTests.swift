import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// `ringback simulate` from outside.
@Suite(.timeLimit(.minutes(15)))
struct SimulateTests {
    private static let center = """
        contactCenter:
          agents: 5
          ringing: {default: {exponential: {mean: 10s}}, noAnswer: {constant: 20s}}
          talk: {exponential: {mean: 60s}}
          patience: {constant: 2s}
        """
    private static let greedy = center + "\npacing: {power: {linesPerAgent: 4}}"

    private func simulate(
        _ extra: String,
        _ arguments: [String] = [],
        calls: Int = 400
    ) async throws -> (ended: Program.Finished, workspace: String) {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: calls, extra: extra)
            let ended = try await workspace.run(["simulate", "scenario.yaml"] + arguments)
            #expect(!FileManager.default.fileExists(atPath: workspace.home), "a simulation keeps nothing")
            return (ended, workspace.folder)
        }
    }

    @Test(arguments: [(center, 0, "pass"), (greedy, 1, "fail")])
    func theExitCodeFollowsFromTheVerdict(_ extra: String, _ code: Int32, _ verdict: String) async throws {
        let (ended, _) = try await simulate(extra, ["--json"])
        #expect(ended.exitCode == code, "\(ended.stderr)")
        let json = try JSONReader.read(Array(ended.stdout.utf8))
        #expect(json["verdict"]?.string == verdict && json["exitCode"]?.integer == Int(code))
        #expect(json["replications"]?.integer == 20)
        #expect(ended.stderr.split(separator: "\n").count == 1, "\(ended.stderr)")
        #expect(ended.stderr.contains("`simulate` does not model concurrencyLimit"), "\(ended.stderr)")
    }

    @Test func tooFewCallsAreInconclusive() async throws {
        let (ended, _) = try await simulate(Self.center, ["--replications", "2"], calls: 10)
        #expect(ended.exitCode == 6)
        #expect(ended.stdout.contains("INCONCLUSIVE  exit 6"), "\(ended.stdout)")
    }

    @Test func theResultDoesNotDependOnTheThreads() async throws {
        let one = try await simulate(Self.greedy, ["--json", "--threads", "1"]).ended
        let three = try await simulate(Self.greedy, ["--json", "--threads", "3"]).ended
        #expect(one.stdout == three.stdout && one.stdout.count > 1000)
        let other = try await simulate(Self.greedy, ["--json", "--seed", "2"]).ended
        #expect(other.stdout != one.stdout)
    }

    @Test func quietShowsOnlyTheVerdict() async throws {
        #expect(try await simulate(Self.greedy, ["--quiet"]).ended.stdout == "FAIL\n")
    }

    @Test func policiesAreComparedInPairs() async throws {
        let arguments = ["--json", "--compare", "progressive,power=2", "--compare", "lookahead"]
        let (ended, _) = try await simulate(Self.greedy, arguments)
        let json = try JSONReader.read(Array(ended.stdout.utf8))
        let policies = try #require(json["comparison"]?["policies"]?.elements)
        #expect(policies.map { $0["policy"]?.string } == ["power=4", "progressive", "power=2", "lookahead"])
        #expect(policies[1]["differences"]?["abandonmentRate"]?["high"]?.double ?? 0 < 0)
        #expect(policies[1]["predictiveGain"]?["mean"]?.double == 0)
        #expect(policies[2]["predictiveGain"]?["low"]?.double ?? 0 > 0)
    }

    @Test func theTraceHasEveryEvent() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 30, extra: Self.center)
            let arguments = ["simulate", "scenario.yaml", "--replications", "2", "--json"]
            let traced = try await workspace.run(arguments + ["--trace", "trace.jsonl"])
            let plain = try await workspace.run(arguments)
            #expect(traced.stdout == plain.stdout && !plain.stdout.isEmpty)
            let events = try workspace.text("trace.jsonl").split(separator: "\n").map {
                try JSONReader.read(Array($0.utf8))
            }
            for replication in 0..<2 {
                let dialled = events.filter {
                    $0["replication"]?.integer == replication && $0["event"]?.string == "dialled"
                }
                #expect(dialled.count == 30)
            }
            let onScreen = try await workspace.run(
                ["simulate", "scenario.yaml", "--replications", "2", "--trace", "-", "--quiet"]
            )
            #expect(onScreen.stdout.hasPrefix(try workspace.text("trace.jsonl")))
        }
    }

    @Test func ctrlCStopsTheReplications() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(extra: Self.center + "\nrun: {calls: 1000000000, replications: 4}")
            let program = try workspace.start(["simulate", "scenario.yaml", "--trace", "trace.jsonl"])
            // The trace shows that the simulation is under way.
            try await eventually { (try? workspace.text("trace.jsonl").isEmpty) == false }
            program.signal(SIGINT)
            let ended = await program.finished()
            #expect(ended.exitCode == 4)
            #expect(ended.stderr.contains("interrupted"), "\(ended.stderr)")
        }
    }

    @Test(
        arguments: [
            (center, ["--trace", "/nowhere/trace"], "No such file"),
            (center + "\npacing: {ratio: {level: 0.05}}", [], "places no call"),
            (center + "\nrun: {calls: 10, warmUp: 2h}", [], "before the warm-up"),
        ] as [(String, [String], String)]
    )
    func aStudyThatCannotEndIsRefused(_ extra: String, _ arguments: [String], _ says: String) async throws {
        let (ended, _) = try await simulate(extra, arguments)
        #expect(ended.exitCode == 2, "\(ended.stdout)")
        #expect(ended.stderr.contains(says), "\(ended.stderr)")
        #expect(ended.stdout == "")
    }
}
