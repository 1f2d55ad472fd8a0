import ExactJSON
import RingbackTestKit
import SimulationAPI
import Testing

/// Exit codes 0, 1 and 6: the simulation came to an end, and was judged.
@Suite(.timeLimit(.minutes(15)))
struct VerdictTests {
    /// A way for a run to end, and what it ends with.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var script: FakeScript
        var exitCode: Int32
        var failed: [String]
        /// What standard output must say.
        var says: String
        var calls = 20
        var extra = ""

        init(
            _ name: String,
            exitCode: Int32,
            failed: [String],
            says: String,
            calls: Int = 20,
            extra: String = "",
            _ change: (inout FakeScript) -> Void = { _ in }
        ) {
            testDescription = name
            script = FakeScript(change)
            (self.exitCode, self.failed, self.says) = (exitCode, failed, says)
            (self.calls, self.extra) = (calls, extra)
        }
    }

    static let cases = [
        Case("everything holds", exitCode: 0, failed: [], says: "PASS"),
        Case("duplicates, late and foreign events fail nothing", exitCode: 0, failed: [], says: "PASS") {
            $0.webhooks.duplicates = 3
            $0.webhooks.lateEvents = 2
            $0.webhooks.foreign = 4
        },
        Case("statuses that cannot be read are read again", exitCode: 0, failed: [], says: "PASS") {
            $0.status = [
                .raw(200, body: "{\"id\":"), .raw(502, body: "bad gateway"), .closeAfterCommit, .resetAfterCommit,
                .state("dreaming"), .state("running"), .state("completed"),
            ]
        },
        Case("create throttled once", exitCode: 0, failed: [], says: "PASS") {
            $0.create = [.problem(429, "rate_limited", "slow down"), .normal]
        },
        Case("an expired token is fetched again", exitCode: 0, failed: [], says: "PASS") {
            $0.create = [.problem(401, "invalid_token", "the token has expired"), .normal]
        },
        Case("failed simulation", exitCode: 1, failed: ["simulation.completed"], says: "campaign_paused: it sleeps") {
            $0.status = [
                .state("failed", errors: [SimulationStatus.RemoteError(code: "campaign_paused", message: "it sleeps")])
            ]
        },
        Case("cancelled by another client", exitCode: 1, failed: ["simulation.completed"], says: "cancelled") {
            $0.status = [.state("running"), .state("cancelled")]
        },
        Case("outcomes of another distribution", exitCode: 1, failed: ["outcomes.fit"], says: "FAIL") {
            $0.webhooks.outcome = .busy
        },
        Case(
            "outcomes that cannot come up",
            exitCode: 1,
            failed: ["outcomes.fit"],
            says: "voicemail cannot come up"
        ) { $0.webhooks.outcome = .voicemail },
        Case("lost webhooks", exitCode: 1, failed: ["webhooks.reconcile"], says: "2 calls without a final event") {
            $0.webhooks.lostCalls = 2
        },
        Case("an order that no call goes", exitCode: 1, failed: ["calls.order"], says: "ringing after completed") {
            $0.webhooks.illegalCalls = 1
        },
        Case(
            "breached threshold",
            exitCode: 1,
            failed: ["threshold.callsCompleted"],
            says: "callsCompleted >= 21",
            extra: "thresholds: {callsCompleted: \">= 21\"}"
        ),
        Case("refused aggregation", exitCode: 1, failed: ["metrics.aggregated"], says: "metrics_closed") {
            $0.aggregate = [.problem(400, "metrics_closed", "no metrics today")]
        },
        Case("compliance was not bypassed", exitCode: 1, failed: ["compliance.bypass"], says: "do not trust it") {
            $0.bypassed = false
        },
        Case(
            "states in an impossible order",
            exitCode: 1,
            failed: ["simulation.progression"],
            says: "was running, then queued"
        ) { $0.status = [.state("running"), .state("queued"), .state("completed")] },
        Case("too few calls", exitCode: 6, failed: [], says: "sample too small: 19 calls", calls: 19),
    ]

    @Test(arguments: cases) func theExitCodeFollowsFromTheVerdict(_ test: Case) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: test.calls, extra: test.extra)
            try await FakeAPI.with(test.script) { api in
                let ended = try await workspace.run(against: api)
                #expect(ended.exitCode == test.exitCode, "\(ended.stderr)\(ended.stdout)")
                #expect(ended.stdout.contains(test.says), "\(ended.stdout)")
                let result = try workspace.result()
                #expect(result.failed.filter { name in !test.failed.contains(name) && name != "calls.order" } == [])
                #expect(test.failed.allSatisfy { result.failed.contains($0) }, "\(result.failed)")
                #expect(result["exitCode"]?.integer == Int(test.exitCode))
                #expect(api.requests(.create).count == test.script.create.count)
                #expect(api.requests(.aggregate).isEmpty == false || test.script.status.count < 3)
            }
        }
    }

    /// The token expires while the run waits for a lost event, and a new one is refused.
    @Test func anAggregationThatNeverLeftIsNotSent() async throws {
        let script = FakeScript {
            let token = #"{"access_token":"fake-token","token_type":"Bearer","expires_in":5}"#
            $0.token = [.raw(200, body: token), .raw(401, body: #"{"error":"invalid_client"}"#)]
            $0.webhooks.lostCalls = 1
        }
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 20)
            try await FakeAPI.with(script) { api in
                let ended = try await workspace.run(against: api, ["--drain", "6s"])
                #expect(ended.exitCode == 1, "\(ended.stderr)")
                #expect(api.requests(.aggregate).isEmpty)
                let assertions = try workspace.result()["assertions"]?.elements ?? []
                let metrics = try #require(assertions.first { $0["name"]?.string == "metrics.aggregated" })
                #expect(metrics["observed"]?.string == "not sent")
                let reason = "asking for an access token: the client id or secret was refused (401 invalid_client)"
                #expect(metrics["detail"]?.string?.hasPrefix(reason) == true, "\(metrics)")
                #expect(ended.stdout.contains(/✗ metrics aggregated +not sent\n/), "\(ended.stdout)")
                for file in ["report.html", "junit.xml"] {
                    #expect(try workspace.text("\(workspace.out)/\(file)").contains("not sent"), "\(file)")
                }
                #expect(try AuditChain(home: workspace.home).words.contains("metrics not sent"))
            }
        }
    }

    @Test func everyKindOfWebhookIsCounted() async throws {
        let secret = "whsec_" + String(repeating: "Zm9v", count: 8)
        let script = FakeScript {
            $0.webhooks.secret = secret
            $0.webhooks.duplicates = 3
            $0.webhooks.lateEvents = 2
            $0.webhooks.foreign = 4
            $0.webhooks.badSignatures = 5
        }
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 40)
            try await FakeAPI.with(script) { api in
                let ended = try await workspace.run(against: api, environment: ["RINGBACK_WEBHOOK_SECRET": secret])
                #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
                let webhooks = try workspace.result()["webhooks"]
                // 6 dial tones, 8 busy, 10 unanswered and 16 answered calls.
                let own = 14 * 2 + 10 * 3 + 16 * 5 + 2
                let expected = [
                    "received": own + 4 + 3, "unique": own, "duplicates": 3, "late": 2, "unknown": 4, "lost": 0,
                    "rejected": 5, "quarantined": 0,
                ]
                for (name, count) in expected { #expect(webhooks?[name]?.integer == count, "\(name)") }
                #expect(webhooks?["signed"]?.bool == true)
                #expect(api.refusedDeliveries == 5)
                #expect(try workspace.events().count == own + 4)
            }
        }
    }

    @Test func thePayloadFollowsTheScenario() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 20)
            try await FakeAPI.with { api in
                let ended = try await workspace.run(against: api, ["--set", "simulation.maxCalls=33"])
                #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
                let runID = try #require(try workspace.result()["runId"]?.string)
                #expect(api.payload?.maxCalls == 33)
                #expect(api.payload?.tag == "e2e:\(runID)")
                #expect(api.payload?.webhookURL?.hasPrefix("http://127.0.0.1:") == true)
                let create = try #require(api.requests(.create).first)
                #expect(create.header("idempotency-key") == "\"\(runID)\"")
                #expect(create.header("authorization") == "Bearer fake-token")
                let metrics = try JSONReader.read(Array(try #require(api.requests(.aggregate).first).body.utf8))
                #expect(metrics["simulationId"]?.string == FakeAPI.simulationID)
                #expect(metrics["metrics"]?["totalCalls"]?.integer == 33)
                #expect(api.requests(.cancel).isEmpty)
            }
        }
    }
}
