import ExactJSON
import Foundation
import RingbackTestKit
import Statistics
import Synchronization
import Testing

/// Runs of one home share the organisation's slots.
@Suite(.timeLimit(.minutes(15)))
struct SlotSharingTests {
    @Test func noMoreAreActiveThanTheScenarioAllows() async throws {
        try await Workspace.with { workspace in
            try await workspace.withSandbox(["--max-active", "50", "--speed", "40"]) { sandbox in
                try workspace.scenario(calls: 20, extra: "limits: {maxActiveSimulations: 2}")
                let programs = try (0..<6).map { number in
                    try workspace.start(
                        [
                            "run", "scenario.yaml", "--target", "cxone", "--profile", "sandbox", "--quiet", "--out",
                            "out\(number)",
                            "--webhook-listen", "127.0.0.1:0", "--poll-interval", "50ms", "--drain", "200ms",
                            "--set", "simulation.tag=tag\(number % 2)",
                        ],
                        environment: sandbox.variables,
                        limit: .seconds(120)
                    )
                }
                // Not by cancellation, which would break off the request that is under way.
                let isOver = Mutex(false)
                let watch = Task {
                    var most = 0
                    while !isOver.withLock({ $0 }) {
                        let active = try await sandbox.simulations().filter {
                            ["queued", "running"].contains($0["state"]?.string)
                        }
                        most = max(most, active.count)
                        try? await Task.sleep(for: .milliseconds(20))
                    }
                    return most
                }
                // One of them dies, with or without a slot; the others still get theirs.
                try await eventually { try await !sandbox.simulations().isEmpty }
                programs[1].signal(SIGKILL)
                var codes: [Int32] = []
                for program in programs { codes.append(await program.finished().exitCode) }
                isOver.withLock { $0 = true }
                let most = try await watch.value
                #expect(codes.enumerated().allSatisfy { $1 == 0 || $0 == 1 }, "\(codes)")
                #expect(most >= 1 && most <= 2)
            }
        }
    }

    @Test func aWaitingRunShowsHowManyAreAhead() async throws {
        try await Workspace.with { workspace in
            try await workspace.withSandbox(["--speed", "4"]) { sandbox in
                try workspace.scenario(calls: 200, extra: "limits: {maxActiveSimulations: 1}")
                let flags = [
                    "run", "scenario.yaml", "--target", "cxone", "--profile", "sandbox", "--webhook-listen",
                    "127.0.0.1:0",
                    "--poll-interval", "50ms",
                ]
                let first = try workspace.start(flags, environment: sandbox.variables)
                try await eventually { try await !sandbox.simulations().isEmpty }
                let second = try await workspace.run(flags + ["--timeout", "1s"], environment: sandbox.variables)
                #expect(second.exitCode == 4, "\(second.stderr)")
                let holder = try #require(workspace.runIDs.min())
                let line = "waiting for a slot (next in line; held by \(holder))"
                #expect(second.stderr.contains(line), "\(second.stderr)")
                #expect(try await sandbox.simulations().count == 1)
                first.signal(SIGINT)
                #expect(await first.finished().exitCode == 4)
            }
        }
    }

    @Test func everyRunSaysWhichSlotItHolds() async throws {
        try await Workspace.with { workspace in
            try await workspace.withSandbox(["--speed", "4"]) { sandbox in
                try workspace.scenario(calls: 20, extra: "limits: {maxActiveSimulations: 2}")
                let flags = [
                    "run", "scenario.yaml", "--target", "cxone", "--profile", "sandbox", "--webhook-listen",
                    "127.0.0.1:0", "--poll-interval", "50ms",
                ]
                let first = try workspace.start(flags, environment: sandbox.variables)
                try await eventually { try await !sandbox.simulations().isEmpty }
                let second = try await workspace.run(flags + ["--timeout", "2s"], environment: sandbox.variables)
                #expect(second.stdout.contains("slot 2 of 2"), "\(second.stdout)\(second.stderr)")
                first.signal(SIGINT)
                #expect(await first.finished().stdout.contains("slot 1 of 2"))
            }
        }
    }

    /// The slot of a run whose simulation can no longer be seen is named, and given up or released in the end.
    @Test(arguments: ["no list", "status forbidden"]) func noSlotIsHeldForEver(_ blindness: String) async throws {
        let script = FakeScript {
            if blindness == "no list" { $0.create = [.closeAfterCommit, .normal] }
            if blindness == "status forbidden" { $0.status = [.raw(403, body: "{}")] }
        }
        try await Workspace.with { workspace in
            try await FakeAPI.with(script) { api in
                try "version: 1\nname: blind\nhonours: {listByTag: false}\n"
                    .write(toFile: "\(workspace.folder)/blind.yaml", atomically: true, encoding: .utf8)
                func run(hold: String, timeout: String) async throws -> Program.Finished {
                    try workspace.scenario(extra: "limits: {maxActiveSimulations: 1, slotHold: \(hold)}")
                    return try await workspace.run(
                        ["run", "scenario.yaml", "--profile", "blind.yaml", "--timeout", timeout] + Workspace.remote,
                        environment: Workspace.credentials(api.origin)
                    )
                }
                #expect(try await run(hold: "1h", timeout: "20s").exitCode == (blindness == "no list" ? 5 : 3))
                let first = try #require(await holders(workspace).first)
                // Within the hour the slot stays occupied, and the next run says by which run.
                let second = try await run(hold: "1h", timeout: "1s")
                #expect(second.exitCode == 4 && api.requests(.create).count == 1)
                let line = "(next in line; held by \(first) (over, its simulation may still run)"
                #expect(second.stderr.components(separatedBy: line).count == 3, "\(second.stderr)")
                #expect(try await holders(workspace) == [first])
                // A shorter time gives it up, on the record.
                let third = try await run(hold: "1s", timeout: "20s")
                #expect(api.requests(.create).count == 2, "\(third.stderr)")
                #expect(third.stderr.contains("the slot of the run \(first) was given up"), "\(third.stderr)")
                let log = try workspace.text("\(workspace.home)/audit/00000001.jsonl").split(separator: "\n")
                #expect(log.contains { $0.contains(first) && $0.contains(#""result":"given up""#) })
                guard blindness == "status forbidden" else { return }
                // The third run holds the slot in its turn; a person frees it.
                let held = try await workspace.run(["slots", "list"])
                let holder = try #require(await holders(workspace).first)
                #expect(held.stdout.contains(holder) && held.stdout.contains("over"), "\(held.stdout)")
                let released = try await workspace.run(["slots", "release", holder, "--json"])
                let document = try JSONReader.read(Array(released.stdout.utf8))
                #expect(try SchemaCheck("slots-release").problems(of: document).isEmpty, "\(released.stdout)")
                #expect(document["runId"]?.string == holder && document["isOver"] == true)
                #expect(try await workspace.run(["slots"]).stdout == "no run holds a slot or waits for one\n")
                let again = try await workspace.run(["slots", "release", holder])
                #expect(again.exitCode == 2 && again.stderr.contains("holds no slot"), "\(again.stderr)")
            }
        }
    }

    /// The runs that hold a slot or wait for one.
    private func holders(_ workspace: Workspace) async throws -> [String] {
        let listed = try await workspace.run(["slots", "list", "--json"])
        return try JSONReader.read(Array(listed.stdout.utf8))["items"]?.elements?.compactMap { $0["runId"]?.string }
            ?? []
    }

    @Test func theSlotOfALivingRunIsNotReleased() async throws {
        try await Workspace.with { workspace in
            try await workspace.withSandbox(["--speed", "4"]) { sandbox in
                try workspace.scenario(calls: 20)
                let flags = [
                    "run", "scenario.yaml", "--target", "cxone", "--profile", "sandbox", "--webhook-listen",
                    "127.0.0.1:0",
                ]
                let first = try workspace.start(flags, environment: sandbox.variables)
                try await eventually { try await !sandbox.simulations().isEmpty }
                let id = try #require(workspace.runIDs.first)
                let refused = try await workspace.run(["slots", "release", id])
                #expect(refused.exitCode == 2 && refused.stderr.contains("is still going on"), "\(refused.stderr)")
                let listed = try await workspace.run(["slots", "list"])
                #expect(listed.stdout.contains("\(id)  1     going on"), "\(listed.stdout)")
                first.signal(SIGINT)
                #expect(await first.finished().exitCode == 4)
                #expect(try await workspace.run(["slots"]).stdout == "no run holds a slot or waits for one\n")
            }
        }
    }

    /// Forty runs share five slots, and some are killed: the sandbox, which allows five, never has to refuse one.
    ///
    /// `RINGBACK_SOAK` asks for all of it: 20 seeds of 40 runs.
    @Test(.timeLimit(.minutes(60)), arguments: isSoak ? Array(1...20) : [1])
    func killedRunsKeepNoSlotOccupied(_ seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let count = Self.isSoak ? 40 : 16
        try await Workspace.with { workspace in
            try await workspace.withSandbox(["--max-active", "5", "--speed", "60"]) { sandbox in
                try workspace.scenario(calls: 20, extra: "limits: {maxActiveSimulations: 5}")
                let programs = try (0..<count).map { number in
                    try workspace.start(
                        [
                            "run", "scenario.yaml", "--target", "cxone", "--profile", "sandbox", "--quiet",
                            "--out", "out\(number)", "--webhook-listen", "127.0.0.1:0", "--poll-interval", "100ms",
                            "--drain", "200ms", "--timeout", "10m", "--set", "simulation.tag=tag\(number % 5)",
                        ],
                        environment: sandbox.variables,
                        limit: .seconds(900)
                    )
                }
                let victims = Set((0..<count).shuffled(using: &random).prefix(count / 4))
                for victim in victims.shuffled(using: &random) {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...1500, using: &random)))
                    programs[victim].signal(SIGKILL)
                }
                for (number, program) in programs.enumerated() {
                    let ended = await program.finished()
                    let wasKilled = victims.contains(number) && ended.exitCode == -SIGKILL
                    #expect(ended.exitCode == 0 || wasKilled, "run \(number): \(ended.exitCode) \(ended.stderr)")
                }
                // The sandbox would refuse a sixth, and the audit log would have the refusal.
                let log = try workspace.text("\(workspace.home)/audit/00000001.jsonl")
                #expect(!log.contains("refusals"))
                #expect(log.contains(#""result":"queued""#), "no run had to wait, so the test shows nothing")
                // No slot has leaked: five more runs find five slots after the tickets of the dead are cleared.
                let more = try (0..<5).map { number in
                    try workspace.start(
                        [
                            "run", "scenario.yaml", "--target", "cxone", "--profile", "sandbox", "--quiet",
                            "--out", "more\(number)", "--webhook-listen", "127.0.0.1:0", "--timeout", "3m",
                        ],
                        environment: sandbox.variables,
                        limit: .seconds(240)
                    )
                }
                for program in more {
                    let ended = await program.finished()
                    #expect(ended.exitCode == 0, "\(ended.stderr)")
                }
            }
        }
    }

    static let isSoak = ProcessInfo.processInfo.environment["RINGBACK_SOAK"] != nil
}
