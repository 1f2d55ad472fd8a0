import ExactJSON
import HTTPExchange
import HTTPService
import RingbackTestKit
import RunReport
import ScenarioFile
import SimulationAPI
import SimulationClient
import Synchronization
import Testing

@testable import RunPipeline

/// The pipeline as a library, against the embedded sandbox and a fake API.
@Suite(.timeLimit(.minutes(5)))
struct RunTests {
    static func scenario(calls: Int = 50, extra: String = "") throws -> Scenario {
        let text = """
            version: 1
            name: library
            simulation:
              campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
              virtualAgentMatrix: {flowId: va-flow-12345}
              outcomeInjection:
                {enabled: true, dialToneProbability: 0.15, busySignalProbability: 0.20, noAnswerProbability: 0.25,
                 answerProbability: 0.40}
              concurrencyLimit: 5
              maxCalls: \(calls)
              complianceBypass: true
            \(extra)
            """
        return try Scenario.parse(text: text, file: "library.yaml").scenario
    }

    static func remote(_ origin: String, capabilities: Capabilities = .cxone) throws -> RunTarget {
        .remote(
            RemoteTarget(
                target: try Target(baseURL: origin),
                credentials: Credentials(clientID: "a", secret: Secret("b")),
                capabilities: capabilities
            )
        )
    }

    static var quick: RunOptions {
        var options = RunOptions()
        options.pollInterval = .milliseconds(20)
        options.drain = .milliseconds(200)
        options.webhookListen = ListenAddress(host: "127.0.0.1", port: 0)
        return options
    }

    /// A quick run of a small scenario against a fake API.
    static func run(against api: FakeAPI, home: String, timeout: Duration) async throws -> RunResult {
        var options = quick
        options.timeout = timeout
        return try await Run(scenario(calls: 5), on: remote(api.origin), home: home, options: options).result()
    }

    @Test func tellsWhatHappenedInTheEmbeddedSandbox() async throws {
        try await TemporaryFolder.with { folder in
            let run = Run(try Self.scenario(), on: .embeddedSandbox(EmbeddedSandbox(seed: 3)), home: folder)
            let events = Mutex<[RunEvent]>([])
            let result = try await run.result { event in events.withLock { $0.append(event) } }
            #expect(result.verdict == .pass)
            #expect(result.exitCode == .pass)
            #expect(result.facts.runID == run.id)
            #expect(result.facts.target == .sandbox)
            #expect(result.facts.seed == 3)
            #expect(result.facts.payload.tag == run.id)
            #expect(result.facts.ending == .ended)
            #expect(result.facts.status?.state == .completed)
            #expect(result.facts.calls.completed == 50)
            #expect(result.facts.calls.peakConcurrency == 5)
            #expect(result.facts.webhooks.lost == 0 && result.facts.webhooks.signed)
            #expect(result.outcomes.reduce(0) { $0 + $1.observed } == 50)
            #expect(result.assertions.allSatisfy { $0.verdict == .pass })
            #expect(run.outputDirectory == "\(folder)/runs/\(run.id)")
            let seen = events.withLock { $0 }
            guard case .began(let facts) = try #require(seen.first) else {
                Issue.record("the first event is \(seen[0])")
                return
            }
            #expect(facts.runID == run.id)
            let steps = seen.compactMap { event in if case .step(let step) = event { step } else { nil } }
            let id = try #require(result.facts.simulationID)
            #expect(steps == [.validated, .token, .slot(number: 1, of: 5), .dispatched(id)])
            let progress = seen.compactMap { event in if case .progress(let progress) = event { progress } else { nil }
            }
            #expect(progress.last?.step == "completed")
            #expect(progress.last?.attempted == 50)
        }
    }

    @Test func cancellingTheTaskInterruptsTheRun() async throws {
        try await TemporaryFolder.with { folder in
            try await FakeAPI.with(FakeScript { $0.status = [.state("running")] }) { api in
                let run = Run(
                    try Self.scenario(),
                    on: try Self.remote(api.origin),
                    home: folder,
                    options: Self.quick
                )
                let task = Task { try await run.result() }
                await api.wait(for: .status)
                task.cancel()
                let result = try await task.value
                #expect(result.facts.ending == .interrupted)
                #expect(result.exitCode == .timedOut)
                #expect(result.facts.status?.state == .cancelled)
                #expect(api.requests(.cancel).count == 1)
            }
        }
    }

    @Test func anInterruptionBeforeTheBeginningSendsNoCreate() async throws {
        try await TemporaryFolder.with { folder in
            try await FakeAPI.with { api in
                let run = Run(
                    try Self.scenario(),
                    on: try Self.remote(api.origin),
                    home: folder,
                    options: Self.quick
                )
                run.interrupt()
                let result = try await run.result()
                #expect(result.facts.ending == .interrupted)
                #expect(result.exitCode == .timedOut)
                #expect(api.requests(.create).isEmpty)
            }
        }
    }

    /// An interruption that comes while the create is under way finds the simulation by its tag, and cancels it.
    @Test func anInterruptedCreateLeavesNothingRunning() async throws {
        try await TemporaryFolder.with { folder in
            let script = FakeScript {
                $0.create = [.hangAfterCommit]
                $0.status = [.state("running")]
            }
            try await FakeAPI.with(script) { api in
                let run = Run(
                    try Self.scenario(),
                    on: try Self.remote(api.origin),
                    home: folder,
                    options: Self.quick
                )
                async let ended = run.result()
                await api.wait(for: .create)
                run.interrupt()
                let result = try await ended
                #expect(result.facts.ending == .interrupted)
                #expect(result.facts.simulationID == FakeAPI.simulationID)
                #expect(api.requests(.create).count == 1)
                #expect(api.requests(.cancel).count == 1)
            }
        }
    }

    @Test func waitsForASlot() async throws {
        try await TemporaryFolder.with { folder in
            try await FakeAPI.with(FakeScript { $0.create = [.noSlot(retryAfter: 0), .normal] }) { api in
                let run = Run(
                    try Self.scenario(),
                    on: try Self.remote(api.origin),
                    home: folder,
                    options: Self.quick
                )
                let waits = Mutex(0)
                let result = try await run.result { event in
                    if case .waitingForSlot = event { waits.withLock { $0 += 1 } }
                }
                #expect(result.exitCode == .pass)
                #expect(waits.withLock { $0 } == 1)
            }
        }
    }

    @Test func warnsOfScopesThatWereNotGranted() async throws {
        try await TemporaryFolder.with { folder in
            let answer = TokenAnswer(accessToken: "t", expiresIn: 60, scope: "dialer:simulations:write")
            try await FakeAPI.with(FakeScript { $0.token = [.raw(200, body: answer.json.text)] }) { api in
                let run = Run(
                    try Self.scenario(),
                    on: try Self.remote(api.origin),
                    home: folder,
                    options: Self.quick
                )
                let warnings = Mutex<[String]>([])
                let result = try await run.result { event in
                    if case .warning(let text) = event { warnings.withLock { $0.append(text) } }
                }
                let warning = try #require(warnings.withLock { $0 }.first)
                #expect(warning.contains("dialer:metrics:read"))
                #expect(result.notes.contains(warning))
            }
        }
    }

    // MARK: Runs that cannot begin

    @Test func aBadSecretIsAConfigurationError() async throws {
        var options = RunOptions()
        options.webhookSecret = "hunter2"
        let error = try await refusal(options)
        #expect(error.code == .configuration)
        #expect(error.description.contains("RINGBACK_WEBHOOK_SECRET"))
        #expect(!error.description.contains("hunter2"))
    }

    @Test func aTakenPortIsAConfigurationError() async throws {
        try await Loopback.serve { _ in
            .problem(.notFound(""))
        } body: { origin in
            var options = RunOptions()
            options.webhookListen = ListenAddress(String(origin.dropFirst("http://".count)))
            let error = try await refusal(options)
            #expect(error.code == .configuration)
            #expect(error.description.contains("--webhook-listen"))
        }
    }

    @Test func unsignedEventsAreTakenOnLoopbackOnly() async throws {
        var options = RunOptions()
        options.webhookListen = ListenAddress(host: "0.0.0.0", port: 0)
        let error = try await refusal(options, on: try Self.remote("http://127.0.0.1:9"))
        #expect(error.code == .configuration)
        #expect(error.description.contains("loopback"))
    }

    @Test func aHomeThatIsAFileIsAConfigurationError() async throws {
        let error = try await refusal(RunOptions(), home: "/dev/null")
        #expect(error.code == .configuration)
    }

    @Test func everyMissingKeyOfAMonitorIsNamedBeforeAnythingIsSent() async throws {
        let scenario = try Self.scenario(
            extra: """
                monitors:
                  - {name: qa, url: "https://qa.example/", secretEnv: QA_KEY}
                  - {name: team, url: "https://team.example/", secretEnv: TEAM_KEY}
                """
        )
        var options = RunOptions()
        options.environment = { $0 == "TEAM_KEY" ? "no key" : nil }
        let error = try await refusal(options, scenario: scenario)
        #expect(error.code == .configuration)
        #expect(error.message.contains("QA_KEY is not set") && error.message.contains("TEAM_KEY"))
        #expect(!error.message.contains("no key"))
    }

    @Test func eventsAreForwardedAndTheMessageOfTheRunIsOne() async throws {
        try await TemporaryFolder.with { folder in
            try await FakeMonitor.with { monitor in
                let scenario = try Self.scenario(
                    calls: 20,
                    extra: """
                        monitors:
                          - {name: qa, url: "\(monitor.origin)/qa", allow: [127.0.0.1], required: true}
                          - {name: ends, url: "\(monitor.origin)/ends", allow: [127.0.0.1], states: [completed]}
                          - {name: team, kind: slack, url: "\(monitor.origin)/team", allow: [127.0.0.1], required: true}
                        """
                )
                let result = try await Run(scenario, on: .embeddedSandbox(), home: folder).result()
                #expect(result.verdict == .pass, "\(result.assertions)")
                let events = result.facts.webhooks.unique
                #expect(result.facts.monitors.map(\.delivered) == [events, 20, 1])
                #expect(Set(monitor.requests("/qa").map(\.id)).count == events)
                #expect(monitor.requests("/ends").count == 20)
                let message = try JSONReader.read(#require(monitor.requests("/team").first).body)
                let text = try #require(message["text"]?.string)
                #expect(text.hasPrefix("*PASS* library (run \(result.facts.runID), sandbox)\n20 calls attempted"))
            }
        }
    }

    /// A name that is this machine, without leave to go there: dead letters at once.
    @Test(arguments: [true, false]) func onlyARequiredMonitorDecides(_ isRequired: Bool) async throws {
        try await TemporaryFolder.with { folder in
            let monitor = "{name: qa, url: \"http://localhost:1/\", required: \(isRequired)}"
            let scenario = try Self.scenario(calls: 50, extra: "monitors: [\(monitor)]")
            var options = RunOptions()
            // The wait for a monitor that is not required, which ends as soon as it has everything.
            options.drain = .seconds(120)
            let run = Run(
                scenario,
                on: .embeddedSandbox(EmbeddedSandbox(seed: 3)),
                home: folder,
                options: options
            )
            let result = try await run.result()
            #expect(result.exitCode == (isRequired ? .assertionFailed : .pass))
            #expect(result.assertions.filter { $0.verdict == .fail }.map(\.name) == (isRequired ? ["monitor:qa"] : []))
            let totals = try #require(result.facts.monitors.first)
            #expect(totals.dead == result.facts.webhooks.unique && totals.delivered == 0 && totals.pending == 0)
            #expect(totals.lastError?.hasPrefix("localhost is at ") == true)
        }
    }

    private func refusal(
        _ options: RunOptions,
        on target: RunTarget = .embeddedSandbox(),
        home: String? = nil,
        scenario: Scenario? = nil
    ) async throws -> RunError {
        try await TemporaryFolder.with { folder in
            let run = Run(try scenario ?? Self.scenario(), on: target, home: home ?? folder, options: options)
            return try await #require(throws: RunError.self) { try await run.result() }
        }
    }
}
