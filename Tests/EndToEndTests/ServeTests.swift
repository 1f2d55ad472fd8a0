import ExactJSON
import Foundation
import HTTPService
import RingbackTestKit
import Testing

/// `ringback serve`: what operators and senders see of it.
@Suite(.timeLimit(.minutes(15)))
struct ServeTests {
    private static let secret = SandboxTests.webhookSecret
    private static let variables = ["RINGBACK_API_TOKEN": "t0ken-canary", "RINGBACK_WEBHOOK_SECRET": secret]

    @Test func anEventGoesAllTheWay() async throws {
        try await FakeMonitor.with { monitor in
            try await Workspace.with { workspace in
                try workspace.monitors(monitor.origin)
                let service = try await RunningService(workspace, ["--monitors", "monitors.yaml"], Self.variables)
                let body = Self.event("call-1", "ringing")
                let sent = try await service.send(body, id: "msg_1", secret: Self.secret)
                #expect(sent.status == 200 && sent.text == #"{"status":"received"}"#)
                #expect(try await service.send(body, id: "msg_1", secret: Self.secret).status == 200)
                #expect(try await service.send(body, id: "msg_2", secret: nil).status == 401)
                #expect(try await service.send("{}", id: "msg_3", secret: Self.secret).status == 400)
                await monitor.wait(for: 1, at: "/qa")
                let request = try #require(monitor.requests("/qa").first)
                #expect(request.id == "msg_1" && String(decoding: request.body, as: UTF8.self) == body)
                try await eventually {
                    try await service.get("/v1/deliveries?state=delivered").json["items"]?.elements?.count == 1
                }
                let webhooks = try await service.get("/v1/webhooks").json["items"]?.elements ?? []
                #expect(webhooks.map { $0["webhookId"]?.string } == ["msg_3", "msg_1"])
                #expect(webhooks.map { $0["state"]?.string } == ["quarantined", "unknown"])
                #expect(monitor.requests("/qa").count == 1)
                // The same from the command line, while the service has the home.
                let list = try await workspace.run(["inbox", "list", "--serve", "--json"])
                #expect(try JSONReader.read(Array(list.stdout.utf8))["items"]?.elements?.count == 2)
                let ended = await service.stop()
                #expect(ended.exitCode == 0, "\(ended.stderr)")
                #expect(ended.stdout == "listening on \(service.origin)\n")
                // Each line begins with the time.
                let log = ended.stderr.split(separator: "\n").map { $0.drop { $0 != " " }.dropFirst() }
                #expect(
                    log == [
                        "info webhook refused: code=invalid_signature reason=\"the delivery is not signed, and this "
                            + "receiver has a key; sign it: webhook-id, webhook-timestamp, webhook-signature\" status=401 webhook=msg_2",
                        "info webhook quarantined: code=not_an_event status=400 webhook=msg_3", "info drain begun",
                        "info drain ended: pending=false",
                    ]
                )
                let files = try SandboxTests.files(of: workspace.folder)
                #expect(!files.contains { $0.contains("t0ken-canary") })
            }
        }
    }

    /// Another body under the identity of an event is logged, and both can be looked at.
    @Test func anotherBodyUnderAnIdentityIsNamedAndShown() async throws {
        try await Workspace.with { workspace in
            let service = try await RunningService(workspace, [], Self.variables)
            let bodies = [Self.event("call-1", "ringing"), Self.event("call-1", "dialing")]
            for body in bodies {
                #expect(try await service.send(body, id: "msg_1", secret: Self.secret).status == 200)
            }
            let shown = try await workspace.run(["inbox", "show", "msg_1", "--serve", "--json"])
            let document = try JSONReader.read(shown.stdout)
            #expect(document["body"]?.string == bodies[0] && document["state"] == "unknown")
            let other = try #require(document["others"]?.elements?.first)
            #expect(other["body"]?.string == bodies[1] && other["reason"] == "identity_reused")
            let raw = try RawConnection(port: service.port)
            await raw.send("GET /healthz HTTP/1.1\r\n\r\n")
            #expect(await raw.receive().hasPrefix("HTTP/1.1 400 "))
            let text = try await workspace.run(["inbox", "show", "msg_1"]).stdout
            #expect(bodies.allSatisfy { text.contains($0) }, "\(text)")
            let log = await service.stop().stderr
            #expect(log.contains("info webhook quarantined: code=identity_reused webhook=msg_1\n"), "\(log)")
            #expect(log.contains("info request refused: code=missing_host reason="), "\(log)")
        }
    }

    /// The wait is what is tested: a small body may take its time, up to 15 s.
    @Test func aBodyWhoseSecondHalfComesLaterIsTaken() async throws {
        try await Workspace.with { workspace in
            let service = try await RunningService(workspace, [], ["RINGBACK_WEBHOOK_SECRET": ReceivingRun.secret])
            let connection = try RawConnection(port: service.port)
            let request = Array(
                try ReceivingRun.request("msg_1", body: Array(Self.event("call-1", "ringing").utf8)).utf8
            )
            #expect(await connection.send(bytes: Array(request.dropLast(60))))
            try await Task.sleep(for: .seconds(3))
            #expect(await connection.send(bytes: request.suffix(60)))
            let answer = await connection.receive(until: "}")
            #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix(#"{"status":"received"}"#), "\(answer)")
            _ = await service.stop()
            #expect(try workspace.storedWebhooks().ids == ["msg_1"])
        }
    }

    @Test func aDeadLetterIsSentAgain() async throws {
        let isWell = Shared(false)
        let answer: FakeMonitor.Answer = { _, _ in
            ServiceResponse(status: isWell.withLock { $0 } ? 204 : 404)
        }
        try await FakeMonitor.with(answer: answer) { monitor in
            try await Workspace.with { workspace in
                try workspace.monitors(monitor.origin, "schedule: fast")
                let service = try await RunningService(
                    workspace,
                    ["--monitors", "monitors.yaml", "--log-format", "json", "--log-level", "warning"],
                    Self.variables
                )
                _ = try await service.send(Self.event("call-1", "ringing"), id: "msg_1", secret: Self.secret)
                await monitor.wait(for: 1, at: "/qa")
                // Pending or dead: what was sent once and failed can be sent again, at once.
                try await eventually {
                    let item = try await service.get("/v1/deliveries").json["items"]?.elements?.first
                    return item?["lastStatus"]?.integer == 404
                }
                let item = try await service.get("/v1/deliveries").json["items"]?.elements?.first
                isWell.withLock { $0 = true }
                let id = try #require(item?["id"]?.string)
                #expect(try await service.post("/v1/deliveries/\(id)/replay").status == 202)
                try await eventually {
                    try await service.get("/v1/deliveries?state=delivered").json.elementCount == 1
                }
                #expect(try await service.post("/v1/deliveries/\(id)/replay").status == 409)
                #expect(Set(monitor.requests("/qa").map(\.id)) == ["msg_1"])
                let ended = await service.stop()
                #expect(ended.exitCode == 0)
                let log = try ended.stderr.split(separator: "\n").map { try JSONReader.read(Array($0.utf8)) }
                let failure = log.first { $0["message"]?.string == "delivery failed" }
                #expect(failure?["monitor"]?.string == "qa" && failure?["delivery"]?.integer == Int(id))
                #expect(log.allSatisfy { $0["level"]?.string != "info" })
            }
        }
    }

    /// Killed after it has said 200, and started again: the event reaches the monitor.
    @Test func anAcceptedEventSurvivesAKill() async throws {
        let isUp = Shared(false)
        let answer: FakeMonitor.Answer = { _, _ in
            ServiceResponse(status: isUp.withLock { $0 } ? 200 : 503)
        }
        try await FakeMonitor.with(answer: answer) { monitor in
            try await Workspace.with { workspace in
                try workspace.monitors(monitor.origin, "schedule: fast")
                let flags = ["--monitors", "monitors.yaml"]
                let first = try await RunningService(workspace, flags, Self.variables)
                for number in 1...20 {
                    let sent = try await first.send(
                        Self.event("call-\(number)", "ringing"),
                        id: "msg_\(number)",
                        secret: Self.secret
                    )
                    #expect(sent.status == 200)
                }
                #expect(await first.stop(SIGKILL).exitCode == -SIGKILL)
                isUp.withLock { $0 = true }
                let second = try await RunningService(workspace, flags, Self.variables)
                try await eventually {
                    try await second.get("/v1/deliveries?state=delivered").json.elementCount == 20
                }
                #expect(Set(monitor.requests("/qa").map(\.id)) == Set((1...20).map { "msg_\($0)" }))
                #expect(await second.stop().exitCode == 0)
            }
        }
    }

    /// A run that could not reach its monitor leaves its deliveries; the service takes them over.
    @Test func theServiceDeliversWhatARunLeft() async throws {
        let isUp = Shared(false)
        let answer: FakeMonitor.Answer = { _, _ in
            ServiceResponse(status: isUp.withLock { $0 } ? 200 : 503)
        }
        try await FakeMonitor.with(answer: answer) { monitor in
            try await Workspace.with { workspace in
                try workspace.scenario(
                    calls: 20,
                    extra:
                        "monitors: [{name: qa, url: \"\(monitor.origin)/qa\", allow: [127.0.0.1], states: [completed]}]"
                )
                let run = try await workspace.run(["run", "scenario.yaml", "--drain", "100ms"])
                #expect(run.exitCode == 0, "\(run.stderr)")
                isUp.withLock { $0 = true }
                let service = try await RunningService(workspace, [], Self.variables)
                try await eventually {
                    try await service.get("/v1/deliveries?state=pending").json.elementCount == 0
                }
                #expect(try await service.get("/v1/deliveries?state=delivered").json.elementCount == 20)
                #expect(await service.stop().exitCode == 0)
            }
        }
    }

    @Test func aHomeHasOneService() async throws {
        try await Workspace.with { workspace in
            let service = try await RunningService(workspace, [], Self.variables)
            let second = try await workspace.run(["serve", "--listen", "127.0.0.1:0"], environment: Self.variables)
            #expect(second.exitCode == 2)
            #expect(second.stderr.contains("listening on \(service.origin)"), "\(second.stderr)")
            #expect(await service.stop().exitCode == 0)
            let third = try await RunningService(workspace, [], Self.variables)
            #expect(await third.stop().exitCode == 0)
        }
    }

    @Test func aTokenIsMadeAndShownOnce() async throws {
        try await Workspace.with { workspace in
            let service = try await RunningService(workspace, [], [:])
            let line = try #require(await service.program.line { $0.hasPrefix("API token") })
            let token = try #require(line.split(separator: " ").last)
            #expect(try await service.get("/v1/webhooks", token: String(token)).status == 200)
            #expect(try await service.get("/v1/webhooks", token: "rbk_guessed").status == 401)
            #expect(await service.stop().exitCode == 0)
            #expect(!(try SandboxTests.files(of: workspace.folder)).contains { $0.contains(token) })
            let program = try workspace.start(["serve", "--listen", "127.0.0.1:0", "--json"])
            let document = try JSONReader.read(Array(try #require(await program.line { _ in true }).utf8))
            #expect(document["listening"]?.string?.hasPrefix("http://127.0.0.1:") == true)
            #expect(document["apiToken"]?.string?.hasPrefix("rbk_") == true)
            program.signal(SIGINT)
            #expect(await program.finished().exitCode == 0)
        }
    }

    @Test func anAddressThatIsNotThisMachinesIsRefused() async throws {
        try await Workspace.with { workspace in
            let flags = ["serve", "--listen", "203.0.113.7:0", "--behind-proxy"]
            let ended = try await workspace.run(flags, environment: Self.variables)
            #expect(ended.exitCode == 2)
            #expect(ended.stderr.contains("cannot listen on 203.0.113.7:0"), "\(ended.stderr)")
        }
    }

    static func event(_ call: String, _ state: String) -> String {
        #"{"simulationId":"sim-1","callId":"\#(call)","state":"\#(state)","timestamp":"2026-11-22T10:00:00.000Z","durationMs":1}"#
    }
}
