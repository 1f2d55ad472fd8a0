import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// Runs that a service does: asked for, watched, cancelled, and their files.
@Suite(.timeLimit(.minutes(15)))
struct ServiceRunTests {
    private static let secret = SandboxTests.webhookSecret
    /// The key that a sandbox signs with and the service checks.
    static let key = ["RINGBACK_WEBHOOK_SECRET": secret]
    static let variables = key.merging(["RINGBACK_API_TOKEN": "t0ken-canary"]) { $1 }

    @Test func aRunGoesFromTheQueueToItsFiles() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 20, extra: "thresholds: {callsAttempted: \"== 20\"}")
            let service = try await RunningService(workspace, [], Self.variables)
            let id = try await service.submit(workspace.text("scenario.yaml"), "?seed=7")
            let run = try await service.end(of: id)
            #expect(run["state"] == "passed" && run["exitCode"] == 0 && run["seed"] == 7, "\(run)")
            #expect(run["actor"] == "RINGBACK_API_TOKEN" && run["kind"] == "run" && run["name"] == "end-to-end")
            #expect(run["scenario"]?["simulation"]?["maxCalls"] == 20)
            #expect(run["result"]?["runId"]?.string == id && run["result"]?["calls"]?["attempted"] == 20)
            let item = try #require(try await service.get("/v1/runs").json["items"]?.elements?.first)
            #expect(item["id"]?.string == id && item["scenario"] == nil && item["result"] == nil)
            for (name, type) in [
                ("report.html", "text/html; charset=utf-8"), ("result.json", "application/json"),
                ("junit.xml", "application/xml"), ("events.jsonl", "application/jsonl"),
            ] {
                let file = try await service.answer("GET", "/v1/runs/\(id)/\(name)")
                #expect(file.status == 200 && file.headers["content-type"] == type && !file.body.isEmpty, "\(name)")
                #expect(file.headers["content-disposition"] == "inline; filename=\"\(id)-\(name)\"")
                let onDisk = try workspace.text("\(workspace.home)/runs/\(id)/\(name)")
                #expect(file.text == onDisk, "\(name)")
            }
            // The row names the entry of the verdict, and the entry names the token.
            let seq = try #require(run["audit"]?["seq"]?.integer)
            let shown = try await workspace.run(["audit", "show", "--run", id, "--json"])
            let entries = try JSONReader.read(shown.stdout)["entries"]?.elements ?? []
            let verdict = try #require(entries.first { $0["seq"]?.integer == seq }, "\(shown.stdout)")
            #expect(verdict["eventType"] == "verdict" && verdict["actor"] == "RINGBACK_API_TOKEN", "\(verdict)")
            #expect(await service.stop().exitCode == 0)
        }
    }

    @Test func twentyEqualRequestsAreOneRun() async throws {
        try await Workspace.with { workspace in
            let text = try workspace.text(try workspace.scenario())
            let service = try await RunningService(workspace, [], Self.variables)
            let answers = try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await service.post(text, "/v1/runs", key: "ci-4711") }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let ids = try Set(answers.map { try JSONReader.read($0.body)["id"]?.string })
            #expect(answers.allSatisfy { $0.status == 202 } && ids.count == 1)
            #expect(try await service.get("/v1/runs").json.elementCount == 1)
            for path in ["/v1/runs?seed=2", "/v1/runs?kind=simulate"] {
                let other = try await service.post(text, path, key: "ci-4711")
                #expect(other.status == 422, "\(path): \(other.text)")
            }
            let body = try await service.post(text + "\n", "/v1/runs", key: "ci-4711")
            #expect(try JSONReader.read(body.body)["code"] == "idempotency_key_reused")
            _ = await service.stop()
        }
    }

    /// What `curl` makes of a file, and what the service says to it.
    @Test(
        arguments: [
            ("application/x-www-form-urlencoded", "", 415, "--data-binary"), ("", "", 415, "application/yaml"),
            ("text/html", "", 415, "application/json"), ("application/yaml", "flat", 422, "--data-binary"),
            ("application/yaml", "?kind=dial", 400, "kind"), ("application/yaml", "?seed=-1", 400, "seed"),
            ("application/yaml", "?target=cxone", 422, "CXONE_CLIENT_ID"),
            ("application/yaml", "?baseline=01M821QA56X5ZM5PW62SPXZAGX", 400, "baseline"),
            ("application/yaml", "?kind=calibrate", 422, "contactCenter"), ("application/yaml", "?x=1", 400, "x"),
            ("application/yaml", "?over=a=1,2", 400, "calibrate"),
        ]
    )
    func refusalsSayWhatToSend(_ type: String, _ query: String, _ status: Int, _ words: String) async throws {
        try await Workspace.with { workspace in
            var text = try workspace.text(try workspace.scenario())
            if query == "flat" { text = text.replacing("\n", with: "") }
            let service = try await RunningService(workspace, [], Self.variables)
            let path = "/v1/runs" + (query == "flat" ? "" : query)
            let answer = try await service.post(text, path, type: type.isEmpty ? nil : type)
            #expect(answer.status == status && answer.text.contains(words), "\(answer.status) \(answer.text)")
            #expect(try await service.get("/v1/runs").json.elementCount == 0)
            _ = await service.stop()
        }
    }

    /// The test of such a requirement cannot be planned: the numbers of its windows are too large.
    @Test func sharesNextToAllOrNothingAreRefused() async throws {
        try await Workspace.with { workspace in
            let service = try await RunningService(workspace, [], Self.variables)
            for option in ["share=100%25", "share=1e-9", "confidence=0.9999999999999999", "share=0.5&confidence=1"] {
                let answer = try await service.post(Self.centre, "/v1/runs?kind=calibrate&\(option)")
                #expect(
                    answer.status == 400 && answer.text.contains("from 0.01% to 99.99%"),
                    "\(option): \(answer.text)"
                )
            }
            #expect(try await service.get("/v1/runs").json.elementCount == 0)
            _ = await service.stop()
        }
    }

    @Test func diagnosticsHaveTheirPlaces() async throws {
        try await Workspace.with { workspace in
            let text = try workspace.text(try workspace.scenario(calls: 0))
            let service = try await RunningService(workspace, [], Self.variables)
            let answer = try await service.post(text, "/v1/runs")
            let first = try #require(try JSONReader.read(answer.body)["diagnostics"]?.elements?.first)
            #expect(answer.status == 422 && first["code"] == "max_calls.range" && first["line"] == 13, "\(first)")
            _ = await service.stop()
        }
    }

    /// A run that waits is over at once, one that goes on is stopped, and one that has ended cannot be cancelled.
    @Test func cancellingActsInEachState() async throws {
        try await Workspace.with { workspace in
            try await workspace.withSandbox(["--speed", "1"], environment: Self.key) { sandbox in
                let text = try workspace.text(try workspace.scenario(calls: 2000))
                let service = try await RunningService(
                    workspace,
                    ["--workers", "1", "--profile", "sandbox", "--poll-interval", "50ms"],
                    Self.variables.merging(sandbox.variables) { $1 }
                )
                let (going, waiting) = (
                    try await service.submit(text, "?target=cxone"), try await service.submit(text, "?target=cxone")
                )
                try await eventually(every: .milliseconds(50)) {
                    try await service.get("/v1/runs/\(going)").json["progress"]?["step"] == "running"
                }
                #expect(try await service.post("/v1/runs/\(waiting)/cancel").json["state"] == "cancelled")
                #expect(try await service.post("/v1/runs/\(going)/cancel").status == 202)
                let ended = try await service.end(of: going)
                #expect(ended["state"] == "cancelled" && ended["exitCode"] == 4, "\(ended)")
                #expect(try await service.post("/v1/runs/\(waiting)/cancel").status == 202)
                let states = try await sandbox.simulations().map { $0["state"]?.string }
                #expect(states == ["cancelled"])
                let passed = try await service.end(of: try await service.submit(workspace.scenarioText(calls: 5)))
                let id = try #require(passed["id"]?.string)
                let refused = try await service.post("/v1/runs/\(id)/cancel")
                #expect(refused.status == 409 && refused.json["code"] == "run_ended")
                #expect(try await service.post("/v1/runs/nowhere/cancel").status == 404)
                _ = await service.stop()
            }
        }
    }

    /// Slots that are held and runs that wait are no reason to be unready: webhooks are what ends the runs.
    @Test func aServiceWithAFullQueueIsReadyAndTakesEvents() async throws {
        try await Workspace.with { workspace in
            try await workspace.withSandbox(["--speed", "1"], environment: Self.key) { sandbox in
                let text = try workspace.text(try workspace.scenario(calls: 2000))
                let service = try await RunningService(
                    workspace,
                    ["--workers", "6", "--profile", "sandbox", "--poll-interval", "50ms", "--drain", "200ms"],
                    Self.variables.merging(sandbox.variables) { $1 }
                )
                for _ in 0..<6 { _ = try await service.submit(text, "?target=cxone") }
                try await eventually(every: .milliseconds(50)) {
                    let items = try await service.get("/v1/runs").json["items"]?.elements ?? []
                    let steps = items.map { $0["progress"]?["step"]?.string }
                    return steps.count { $0 == "running" } == 5 && steps.contains("waiting for a slot")
                }
                #expect(try await HTTPAnswer.to("GET", service.origin + "/readyz").status == 200)
                let event = ServeTests.event("call-1", "ringing")
                #expect(try await service.send(event, id: "msg_1", secret: Self.secret).status == 200)
                #expect(try await sandbox.simulations().count == 5)
                // What goes on is left for the next service.
                #expect(await service.stop().exitCode == 0)
                let list = try await workspace.run(["runs", "list", "--state", "running", "--json"])
                #expect(try JSONReader.read(list.stdout).elementCount == 6)
            }
        }
    }

    @Test func watchersAreToldWhatHasChanged() async throws {
        try await Workspace.with { workspace in
            let text = try workspace.text(try workspace.scenario())
            let service = try await RunningService(workspace, [], Self.variables)
            let stream = try RawConnection(port: service.port)
            await stream.send(
                "GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:\(service.port)\r\nAuthorization: Bearer t0ken-canary\r\n\r\n"
            )
            let id = try await service.submit(text)
            _ = try await service.end(of: id)
            let seen = await stream.receive(until: "\"id\":\"\(id)\"")
            #expect(seen.contains("HTTP/1.1 200 OK") && seen.contains("text/event-stream"), "\(seen)")
            #expect(seen.lowercased().contains("x-accel-buffering: no"), "\(seen)")
            #expect(seen.contains("no-transform") && seen.contains("retry: ") && seen.contains("event: changed"))
            // A stream that is open does not keep the service from stopping.
            #expect(await service.stop().exitCode == 0)
        }
    }

    @Test(arguments: ["simulate", "calibrate"]) func theEngineAloneIsAKindOfRun(_ kind: String) async throws {
        try await Workspace.with { workspace in
            let service = try await RunningService(workspace, [], Self.variables)
            let text = Self.centre
            let options = [("over", "pacing.power.linesPerAgent=1,1.1"), ("share", "60%"), ("confidence", "60%")]
            let isCalibration = kind == "calibrate"
            let query =
                "?kind=\(kind)&seed=3"
                + (isCalibration ? options.map { "&\($0.0)=\($0.1.replacing("%", with: "%25"))" }.joined() : "")
            let run = try await service.end(of: try await service.submit(text, query))
            #expect(run["kind"]?.string == kind && run["timeoutSeconds"] == .null, "\(run)")
            // The command gives the same numbers.
            try text.write(toFile: "\(workspace.folder)/centre.yaml", atomically: true, encoding: .utf8)
            let flags = isCalibration ? options.flatMap { ["--\($0.0)", $0.1] } : []
            let same = try await workspace.run([kind, "centre.yaml", "--seed", "3", "--json"] + flags)
            let key = isCalibration ? "settings" : "metrics"
            #expect(run["result"]?[key] == (try JSONReader.read(same.stdout)[key]))
            #expect(run["exitCode"]?.integer == Int(same.exitCode))
            let id = try #require(run["id"]?.string)
            #expect(try await service.answer("GET", "/v1/runs/\(id)/report.html").status == 200)
            _ = await service.stop()
        }
    }

    /// A small centre with a shift.
    static let centre = """
        version: 1
        name: small centre
        simulation:
          campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
          virtualAgentMatrix: {flowId: va-flow-12345, scriptId: script-qa-001, language: en-US}
          outcomeInjection: {enabled: true, dialToneProbability: 0.1, busySignalProbability: 0.1, noAnswerProbability: 0.4, answerProbability: 0.4}
          concurrencyLimit: 5
          maxCalls: 100
          complianceBypass: true
        contactCenter:
          agents: 5
          ringing: {default: {constant: 12s}}
          talk: {exponential: {mean: 120s}}
          wrap: {constant: 20s}
          patience: {constant: 2s}
        pacing: {power: {linesPerAgent: 1}}
        compliance: [us-tsr]
        run: {shift: 1h, days: 1, replications: 4}
        """
}

extension RunningService {
    /// Sends a scenario; gives the whole answer.
    func post(_ text: String, _ path: String, type: String? = "application/yaml", key: String? = nil) async throws
        -> HTTPAnswer
    {
        var headers = [("Authorization", "Bearer t0ken-canary")]
        if let type { headers.append(("Content-Type", type)) }
        if let key { headers.append(("Idempotency-Key", key)) }
        return try await HTTPAnswer.to("POST", origin + path, headers: headers, body: Array(text.utf8))
    }

    /// Submits a scenario and gives the id of its run.
    func submit(_ text: String, _ query: String = "") async throws -> String {
        let answer = try await post(text, "/v1/runs" + query)
        try #require(answer.status == 202, "\(answer.text)")
        return try #require(try JSONReader.read(answer.body)["id"]?.string)
    }

    /// Waits for the end of a run.
    func end(of id: String) async throws -> JSONValue {
        var run = JSONValue.null
        try await eventually(every: .milliseconds(50)) {
            run = try await get("/v1/runs/\(id)").json
            return !["queued", "running"].contains(run["state"]?.string)
        }
        return run
    }

    func answer(_ method: String, _ path: String) async throws -> HTTPAnswer {
        try await HTTPAnswer.to(method, origin + path, headers: [("Authorization", "Bearer t0ken-canary")])
    }
}

extension Workspace {
    func scenarioText(calls: Int) throws -> String { try text(try scenario(calls: calls)) }
}
