import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// Exit code 4: the time was up, or the user had enough.
@Suite(.timeLimit(.minutes(15)))
struct StoppingTests {
    static let files = ["events.jsonl", "junit.xml", "report.html", "result.json"]

    @Test func theSimulationIsCancelledWhenTheTimeIsUp() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with(FakeScript { $0.status = [.state("running")] }) { api in
                let ended = try await workspace.run(against: api, ["--timeout", "10s"])
                #expect(ended.exitCode == 4, "\(ended.stderr)")
                #expect(ended.stderr.contains("the simulation had not ended when the time was up"), "\(ended.stderr)")
                #expect(ended.stdout.contains("the simulation sim-0001 was cancelled"), "\(ended.stdout)")
                #expect(api.requests(.cancel).count == 1)
                #expect(try workspace.result()["ending"]?["kind"]?.string == "timedOut")
                #expect(try workspace.result()["state"]?.string == "cancelled")
                #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.out).sorted() == Self.files)
            }
        }
    }

    @Test(arguments: ["dreaming", "Paused \u{1B}[31m", "running "])
    func aStateThatWasNeverSeenIsShown(_ word: String) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with(FakeScript { $0.status = [.state("running"), .state(word)] }) { api in
                let ended = try await workspace.run(against: api, ["--timeout", "10s"])
                #expect(ended.exitCode == 4, "\(ended.stderr)")
                let shown = word.replacing("\u{1B}", with: "\\u{1b}")
                let state = "the simulation is in the state \"\(shown)\", which is not known"
                let warning = "ringback: warning: \(state); it is asked again until it ends or the time is up\n"
                #expect(ended.stderr.ranges(of: warning).count == 1, "\(ended.stderr)")
                let reason = "the simulation had not ended when the time was up; \(state)."
                #expect(ended.stderr.contains("ringback: \(reason)\n"), "\(ended.stderr)")
                #expect(try workspace.result()["ending"]?["reason"]?.string == reason)
                #expect(ended.stdout.contains("· the state \"\(shown)\" is not known"), "\(ended.stdout)")
                #expect(try workspace.text("\(workspace.out)/report.html").contains(shown))
            }
        }
    }

    /// What was left undone is said however little the user wants to read, once, and not on standard output.
    @Test(arguments: [["--quiet"], ["--json"], ["--quiet", "--json"], []])
    func aSimulationThatMayStillRunIsNamed(_ flags: [String]) async throws {
        let script = FakeScript {
            $0.status = [.state("running")]
            $0.cancel = [.problem(403, "forbidden", "cancelling is not for you")]
        }
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with(script) { api in
                let ended = try await workspace.run(against: api, ["--timeout", "10s"] + flags)
                #expect(ended.exitCode == 4, "\(ended.stderr)")
                let undone = "ringback: warning: the simulation sim-0001 may still run, it could not be cancelled: "
                let lines = ended.stderr.split(separator: "\n").filter { $0.contains("may still run") }
                #expect(lines.count == 1 && lines.first?.hasPrefix(undone) == true, "\(ended.stderr)")
                #expect(lines.first?.contains("cancelling is not for you") == true, "\(ended.stderr)")
                if flags.contains("--json") {
                    let result = try JSONReader.read(Array(ended.stdout.utf8))
                    #expect(result["ending"]?["kind"]?.string == "timedOut")
                } else if flags.contains("--quiet") {
                    #expect(ended.stdout == "FAIL  \(workspace.out)/report.html\n")
                }
            }
        }
    }

    @Test(arguments: [
        FakeAnswer.raw(500, body: "broken"), .state("dreaming"), .raw(200, body: "{"), .resetAfterCommit,
        .problem(429, "rate_limited", "slow down", headers: ["Retry-After": "3600"]),
    ]) func badPollsAreRepeatedUntilTheTimeIsUp(_ answer: FakeAnswer) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with(FakeScript { $0.status = [.state("running"), answer] }) { api in
                let ended = try await workspace.run(against: api, ["--timeout", "10s"])
                #expect(ended.exitCode == 4, "\(ended.stderr)")
                #expect(api.requests(.cancel).count == 1)
            }
        }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func aSignalCancelsTheSimulationAndWritesTheFiles(_ signal: Int32) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with(FakeScript { $0.status = [.state("running")] }) { api in
                let program = try start(workspace, api)
                await api.wait(for: .status)
                program.signal(signal)
                let ended = await program.finished()
                #expect(ended.exitCode == 4, "\(ended.stderr)")
                #expect(ended.stderr.contains("Ctrl-C again stops at once"), "\(ended.stderr)")
                #expect(api.requests(.cancel).count == 1)
                #expect(try workspace.result()["ending"]?["kind"]?.string == "interrupted")
                #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.out).sorted() == Self.files)
            }
        }
    }

    /// From the first line that they print, commands that compute end with 4 too: what is under way is dropped.
    @Test(
        arguments: [
            ["simulate", "--replications", "1000000"], ["calibrate"], ["calibrate", "--shard", "1/2", "--out", "part"],
            ["odds", "--windows", "1000000"], ["explain", "--windows", "1000000"],
            ["backtest", "calls.csv", "--replications", "1000000"],
        ],
        [SIGTERM, SIGHUP]
    )
    func aSignalEndsAComputation(_ arguments: [String], _ signal: Int32) async throws {
        let center = """
            contactCenter:
              agents: 10
              ringing: {default: {constant: 12s}}
              talk: {exponential: {mean: 120s}}
              patience: {constant: 2s}
            run: {shift: 8h}
            """
        try await Workspace.with { workspace in
            try workspace.scenario(extra: center)
            try workspace.write("dialedAt,outcome\n2026-03-02 09:00:00,answered\n", to: "calls.csv")
            let program = try workspace.start([arguments[0], "scenario.yaml"] + arguments.dropFirst())
            _ = try #require(await program.errorLine { $0.contains("does not model concurrencyLimit") })
            program.signal(signal)
            let ended = await program.finished()
            #expect(ended.exitCode == 4, "\(ended.stderr)")
            #expect(ended.stderr.contains("ringback: interrupted; "), "\(ended.stderr)")
            #expect(!FileManager.default.fileExists(atPath: "\(workspace.folder)/part"))
        }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func aSecondSignalStopsAtOnce(_ signal: Int32) async throws {
        let script = FakeScript {
            $0.status = [.state("running")]
            $0.cancel = [.hang]
        }
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with(script) { api in
                let program = try start(workspace, api)
                await api.wait(for: .status)
                program.signal(signal)
                await api.wait(for: .cancel)
                program.signal(signal)
                #expect(await program.finished().exitCode == 130)
            }
        }
    }

    @Test func aHangUpThatTheCallerIgnoresStaysIgnored() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with(FakeScript { $0.status = [.state("running")] }) { api in
                let environment = Workspace.credentials(api.origin).merging(["PATH": "/usr/bin:/bin"]) { $1 }
                let program = try Program(
                    "/usr/bin/nohup",
                    [Program.ringback, "run", "scenario.yaml", "--home", workspace.home] + Workspace.remote,
                    environment: environment,
                    in: workspace.folder
                )
                await api.wait(for: .status)
                program.signal(SIGHUP)
                let seen = api.requests(.status).count
                await api.wait(for: .status, times: seen + 20)
                #expect(api.requests(.cancel).isEmpty)
                program.signal(SIGTERM)
                #expect(await program.finished().exitCode == 4)
            }
        }
    }

    @Test func ctrlCStopsWaitingForASlot() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with(FakeScript { $0.create = [.noSlot(retryAfter: 30)] }) { api in
                let program = try start(workspace, api)
                _ = try #require(await program.errorLine { $0.contains("waiting for a slot") })
                program.signal(SIGINT)
                let ended = await program.finished()
                #expect(ended.exitCode == 4, "\(ended.stderr)")
                #expect(api.requests(.create).count == 1)
                #expect(api.requests(.cancel).isEmpty)
            }
        }
    }

    @Test func aSlotThatComesTooLateIsNotWaitedFor() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            try await FakeAPI.with(FakeScript { $0.create = [.noSlot(retryAfter: 3600)] }) { api in
                let ended = try await workspace.run(against: api, ["--timeout", "20s"])
                #expect(ended.exitCode == 4, "\(ended.stderr)")
                #expect(ended.stderr.contains("beyond the time that is left"), "\(ended.stderr)")
                #expect(api.requests(.create).count == 1)
            }
        }
    }

    @Test func theSandboxStopsOnASignal() async throws {
        try await Workspace.with { workspace in
            let program = try workspace.start(["sandbox", "--listen", "127.0.0.1:0"])
            _ = try #require(await program.line { $0.hasPrefix("listening on http://127.0.0.1:") })
            program.signal(SIGTERM)
            #expect(await program.finished().exitCode == 0)
        }
    }

    private func start(_ workspace: Workspace, _ api: FakeAPI) throws -> Program {
        try workspace.start(
            ["run", "scenario.yaml", "--out", workspace.out] + Workspace.remote,
            environment: Workspace.credentials(api.origin)
        )
    }
}
