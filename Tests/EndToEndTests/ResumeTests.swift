import ExactJSON
import Foundation
import RingbackTestKit
import RunPipeline
import Statistics
import Testing

/// A run whose process is killed continues from what is on disk, and never creates a second simulation.
@Suite(.timeLimit(.minutes(30)))
struct ResumeTests {
    private static let flags = [
        "--target", "cxone", "--profile", "sandbox", "--poll-interval", "50ms", "--drain", "300ms",
    ]

    @Test(arguments: CrashPoint.allCases.map(\.rawValue)) func aRunContinuesFromEveryPoint(_ point: String) async throws
    {
        try await Workspace.with { workspace in
            try await workspace.withSandbox { sandbox in
                try workspace.scenario(calls: 20, extra: "thresholds: {callsAttempted: \"== 20\"}")
                let killed = try await workspace.run(
                    ["run", "scenario.yaml", "--webhook-listen", "127.0.0.1:0"] + Self.flags,
                    environment: sandbox.variables.merging(["RINGBACK_CRASH_AT": point]) { $1 }
                )
                #expect(killed.exitCode == -SIGKILL, "\(killed.stderr)")
                try await expectResumes(workspace, sandbox, point)
            }
        }
    }

    /// `RINGBACK_SOAK` is the number of rounds.
    @Test func goesOnFromAnyMoment() async throws {
        let rounds = ProcessInfo.processInfo.environment["RINGBACK_SOAK"].flatMap { Int($0) } ?? 4
        var random = SplitMix64(seed: 6)
        for round in 0..<rounds {
            let delay = Duration.milliseconds(Int.random(in: 0...2500, using: &random))
            try await Workspace.with { workspace in
                try await workspace.withSandbox(["--speed", "40"]) { sandbox in
                    try workspace.scenario(calls: 20)
                    let run = try workspace.start(
                        ["run", "scenario.yaml", "--webhook-listen", "127.0.0.1:0"] + Self.flags,
                        environment: sandbox.variables
                    )
                    try await Task.sleep(for: delay)
                    run.signal(SIGKILL)
                    let ended = await run.finished()
                    // Killed before it had a row, or after it had ended: nothing to resume.
                    guard ended.exitCode == -SIGKILL, workspace.runIDs.count == 1 else { return }
                    try await expectResumes(
                        workspace,
                        sandbox,
                        "round \(round), killed after \(delay)",
                        maybeTooEarly: true
                    )
                }
            }
        }
    }

    private func expectResumes(
        _ workspace: Workspace,
        _ sandbox: RunningSandbox,
        _ moment: String,
        maybeTooEarly: Bool = false
    ) async throws {
        let id = try #require(workspace.runIDs.first)
        let resumed = try await workspace.run(["run", "--resume", id] + Self.flags, environment: sandbox.variables)
        if maybeTooEarly, resumed.exitCode == 2 { return }
        #expect(resumed.exitCode == 0, "\(moment): \(resumed.stderr)\(resumed.stdout)")
        let simulations = try await sandbox.simulations()
        #expect(simulations.count == 1, "\(moment)")
        #expect(simulations.first?["state"]?.string == "completed")
        #expect(simulations.first?["tag"]?.string == "e2e:\(id)")
        // A result follows every intent, and one verdict ends the run.
        let entries = try workspace.text("\(workspace.home)/audit/00000001.jsonl").split(separator: "\n").map {
            try JSONReader.read(Array($0.utf8))
        }
        let types = entries.compactMap { $0["eventType"]?.string }
        #expect(types.contains("recovered"))
        #expect(types.lastIndex(of: "dispatch.intent") ?? 0 < types.lastIndex(of: "dispatch") ?? -1)
        #expect(types.filter { $0 == "verdict" }.count == 1 && types.last == "verdict")
        // A run that has ended cannot be resumed, and it holds no lock any more.
        let again = try await workspace.run(["run", "--resume", id] + Self.flags, environment: sandbox.variables)
        #expect(again.exitCode == 2 && again.stderr.contains("has ended: passed"), "\(again.stderr)")
    }

    @Test func withoutKeysAndListsItStaysUnknown() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 5)
            try await FakeAPI.with { api in
                let environment = Workspace.credentials(api.origin).merging(["RINGBACK_CRASH_AT": "after-intent"]) {
                    $1
                }
                let killed = try await workspace.run(
                    ["run", "scenario.yaml"] + Workspace.remote,
                    environment: environment
                )
                #expect(killed.exitCode == -SIGKILL)
                let id = try #require(workspace.runIDs.first)
                let creates = api.requests.filter { $0.operation == .create }.count
                let resumed = try await workspace.run(
                    ["run", "--resume", id, "--target", "cxone"],
                    environment: Workspace.credentials(api.origin)
                )
                #expect(resumed.exitCode == 5, "\(resumed.stderr)\(resumed.stdout)")
                #expect(resumed.stderr.contains(id))
                let after = api.requests.filter { $0.operation == .create }.count
                #expect(creates == 0 && after == 0)
            }
        }
    }

    /// If a resumed run cannot look for its simulation, that may exist: exit code 5 and no second create.
    @Test(arguments: ["list", "token"]) func whatCannotBeSeenStaysUnknown(_ missing: String) async throws {
        let script = FakeScript {
            if missing == "list" { $0.list = [.raw(404, body: "{}")] }
            if missing == "token" { $0.token = [.normal, .raw(401, body: #"{"error":"invalid_client"}"#)] }
        }
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 5)
            try await FakeAPI.with(script) { api in
                let environment = Workspace.credentials(api.origin).merging(["RINGBACK_CRASH_AT": "after-create"]) {
                    $1
                }
                let killed = try await workspace.run(
                    ["run", "scenario.yaml"] + Workspace.remote,
                    environment: environment
                )
                #expect(killed.exitCode == -SIGKILL)
                let id = try #require(workspace.runIDs.first)
                let resumed = try await workspace.run(
                    ["run", "--resume", id, "--target", "cxone"],
                    environment: Workspace.credentials(api.origin)
                )
                #expect(resumed.exitCode == 5, "\(resumed.stderr)\(resumed.stdout)")
                #expect(resumed.stderr.contains(id))
                #expect(api.requests(.create).count == 1)
            }
        }
    }

    @Test func ofSeveralResumesOneContinues() async throws {
        try await Workspace.with { workspace in
            try await workspace.withSandbox(["--speed", "40"]) { sandbox in
                try workspace.scenario(calls: 20)
                let killed = try await workspace.run(
                    ["run", "scenario.yaml", "--webhook-listen", "127.0.0.1:0"] + Self.flags,
                    environment: sandbox.variables.merging(["RINGBACK_CRASH_AT": "after-intent"]) { $1 }
                )
                #expect(killed.exitCode == -SIGKILL, "\(killed.stderr)")
                let id = try #require(workspace.runIDs.first)
                let resumed = try (0..<4).map { _ in
                    try workspace.start(["run", "--resume", id] + Self.flags, environment: sandbox.variables)
                }
                var codes: [Int32] = []
                for program in resumed { codes.append(await program.finished().exitCode) }
                #expect(codes.sorted() == [0, 2, 2, 2])
                #expect(try await sandbox.simulations().count == 1)
            }
        }
    }

    @Test func aRunThatIsStillActiveIsNotResumed() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 20)
            let run = try workspace.start(["run", "scenario.yaml", "--speed", "4"])
            let log = "\(workspace.home)/audit/00000001.jsonl"
            try await eventually { (try? workspace.text(log).contains("dispatch.intent")) == true }
            let id = try #require(workspace.runIDs.first)
            let resumed = try await workspace.run(["run", "--resume", id])
            #expect(resumed.exitCode == 2 && resumed.stderr.contains("still going on"), "\(resumed.stderr)")
            #expect(try !workspace.text(log).contains("recovered"))
            run.signal(SIGINT)
            #expect(await run.finished().exitCode == 4)
        }
    }

    @Test func aRunWhoseSandboxIsGoneCannotContinue() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 5)
            let killed = try await workspace.run(
                ["run", "scenario.yaml"],
                environment: ["RINGBACK_CRASH_AT": "after-dispatch"]
            )
            #expect(killed.exitCode == -SIGKILL)
            let id = try #require(workspace.runIDs.first)
            let resumed = try await workspace.run(["run", "--resume", id])
            #expect(resumed.exitCode == 3)
            #expect(resumed.stderr.contains("start the run again"), "\(resumed.stderr)")
        }
    }

    /// A run that is given up has its files, and its audit trail is closed, wherever its process died.
    @Test(arguments: ["after-validation", "after-slot", "after-intent", "after-dispatch", "after-tracking"])
    func aRunThatIsGivenUpHasFilesAndAClosedTrail(_ point: String) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 5)
            let killed = try await workspace.run(
                ["run", "scenario.yaml", "--out", workspace.out],
                environment: ["RINGBACK_CRASH_AT": point]
            )
            #expect(killed.exitCode == -SIGKILL)
            // Until then the files say that the run has not ended.
            #expect(try workspace.result()["ending"]?["kind"]?.string == "unfinished")
            let id = try #require(workspace.runIDs.first)
            let resumed = try await workspace.run(["run", "--resume", id])
            #expect(resumed.exitCode == 3, "\(resumed.stderr)")
            let result = try workspace.result()
            #expect(result["exitCode"]?.integer == 3 && result["verdict"]?.string == "fail")
            #expect(result["ending"]?["reason"]?.string?.contains("start the run again") == true)
            for name in ["report.html", "events.jsonl", "junit.xml"] {
                #expect(FileManager.default.fileExists(atPath: "\(workspace.out)/\(name)"), "\(name)")
            }
            let log = try workspace.text("\(workspace.home)/audit/00000001.jsonl")
            let types = try log.split(separator: "\n").map { line in
                let entry = try JSONReader.read(Array(line.utf8))
                return "\(entry["eventType"]?.string ?? "") \(entry["result"]?.string ?? "")"
            }
            #expect(types.last == "verdict fail" && types.count { $0.hasPrefix("verdict") } == 1, "\(types)")
            #expect(types.contains("slot acquired") == types.contains("slot released"), "\(types)")
            if types.contains(where: { $0.hasPrefix("dispatch.intent") }) {
                #expect(types.count { $0.hasPrefix("dispatch ") } == 1, "\(types)")
                #expect(types.count { $0.hasPrefix("tracking") } == 1, "\(types)")
            }
        }
    }

    /// A run that went to a remote target is not closed because the target was forgotten.
    @Test func aRemoteRunIsNotGivenUpWithoutItsTarget() async throws {
        try await Workspace.with { workspace in
            try await workspace.withSandbox(["--speed", "40"]) { sandbox in
                try workspace.scenario(calls: 20)
                _ = try await workspace.run(
                    ["run", "scenario.yaml", "--webhook-listen", "127.0.0.1:0"] + Self.flags,
                    environment: sandbox.variables.merging(["RINGBACK_CRASH_AT": "after-dispatch"]) { $1 }
                )
                let id = try #require(workspace.runIDs.first)
                let forgotten = try await workspace.run(["run", "--resume", id], environment: sandbox.variables)
                #expect(
                    forgotten.exitCode == 2 && forgotten.stderr.contains("add --target cxone"),
                    "\(forgotten.stderr)"
                )
                let resumed = try await workspace.run(
                    ["run", "--resume", id] + Self.flags,
                    environment: sandbox.variables
                )
                #expect(resumed.exitCode == 0, "\(resumed.stderr)")
            }
        }
    }
}
