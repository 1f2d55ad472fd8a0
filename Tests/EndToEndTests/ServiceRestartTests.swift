import ExactJSON
import Foundation
import HTTPService
import RingbackTestKit
import RunPipeline
import Testing

/// A service that is killed loses no run and sends none twice.
@Suite(.timeLimit(.minutes(20)))
struct ServiceRestartTests {
    private static let flags = [
        "--profile", "sandbox", "--poll-interval", "50ms", "--drain", "300ms", "--workers", "1",
    ]

    /// The one that goes on, and the one behind it, end after the restart, each with one simulation.
    @Test(arguments: CrashPoint.allCases.map(\.rawValue)) func aKilledServiceGoesOn(_ point: String) async throws {
        try await Workspace.with { workspace in
            try await workspace.withSandbox(environment: ServiceRunTests.key) { sandbox in
                let text = try workspace.text(
                    try workspace.scenario(extra: "thresholds: {callsAttempted: \"== 20\"}")
                )
                let variables = ServiceRunTests.variables.merging(sandbox.variables) { $1 }
                // A target sends events to the address that it was told, so the next service has the same one.
                let port = try ReservedPort()
                let flags = Self.flags + ["--listen", "127.0.0.1:\(port.port)"]
                let killed = try await RunningService(
                    workspace,
                    flags,
                    variables.merging(["RINGBACK_CRASH_AT": point]) { $1 }
                )
                // The service may die before it answers, so the runs are counted in its store.
                for seed in 1...2 { _ = try? await killed.submit(text, "?target=cxone&seed=\(seed)") }
                #expect(await killed.program.finished().exitCode == -SIGKILL)
                let service = try await RunningService(workspace, flags, variables)
                let ids =
                    try await service.get("/v1/runs").json["items"]?.elements?.compactMap { $0["id"]?.string } ?? []
                #expect(!ids.isEmpty)
                for id in ids {
                    let run = try await service.end(of: id)
                    #expect(run["state"] == "passed", "\(point): \(run["result"]?["ending"] ?? .null) \(run.failed)")
                    #expect(run["result"]?["webhooks"]?["lost"] == 0, "\(point)")
                }
                #expect(try await sandbox.simulations().count == ids.count, "\(point)")
                #expect(await service.stop().exitCode == 0)
                #expect(try await workspace.run(["audit", "verify"]).exitCode == 0)
            }
        }
    }

    /// The sandbox of a run dies with the service, so the run is over.
    @Test func whatDiedWithTheServiceIsSaid() async throws {
        try await Workspace.with { workspace in
            let text = try workspace.text(try workspace.scenario())
            let service = try await RunningService(
                workspace,
                ["--workers", "1"],
                ServiceRunTests.variables.merging(["RINGBACK_CRASH_AT": "after-dispatch"]) { $1 }
            )
            _ = try? await service.submit(text)
            #expect(await service.program.finished().exitCode == -SIGKILL)
            let again = try await RunningService(workspace, [], ServiceRunTests.variables)
            let list = try await again.get("/v1/runs").json
            let id = try #require(list["items"]?.elements?.first?["id"]?.string)
            let run = try await again.end(of: id)
            #expect(run["state"] == "errored" && run["exitCode"] == 3, "\(run)")
            let reason = run["result"]?["ending"]?["reason"]?.string
            #expect(reason?.contains("died with its process") == true && run["audit"]?["seq"] != nil, "\(run)")
            #expect(try await again.answer("GET", "/v1/runs/\(id)/report.html").status == 200)
            #expect(await again.stop().exitCode == 0)
        }
    }

    /// The engine sends nothing, so what it was doing begins anew.
    @Test func aSimulationBeginsAnewAfterAKill() async throws {
        try await Workspace.with { workspace in
            let text = ServiceRunTests.centre.replacing("replications: 4", with: "replications: 200000")
            let service = try await RunningService(workspace, [], ServiceRunTests.variables)
            let id = try await service.submit(text, "?kind=simulate")
            try await eventually(every: .milliseconds(50)) {
                try await service.get("/v1/runs/\(id)").json["progress"]?["done"]?.integer ?? 0 > 0
            }
            _ = await service.stop(SIGKILL)
            let again = try await RunningService(workspace, [], ServiceRunTests.variables)
            try await eventually(every: .milliseconds(50)) {
                try await again.get("/v1/runs/\(id)").json["progress"]?["done"]?.integer ?? 0 > 0
            }
            #expect(try await again.post("/v1/runs/\(id)/cancel").status == 202)
            #expect(try await again.end(of: id)["state"] == "cancelled")
            #expect(await again.stop().exitCode == 0)
        }
    }

    /// A run that waits for a required monitor as its service stops is not judged by what the monitor lacks then.
    @Test func aRunThatWaitsForItsMonitorIsLeftToTheNext() async throws {
        let isBroken = Shared(true)
        let answer: FakeMonitor.Answer = { _, _ in ServiceResponse(status: isBroken.withLock { $0 } ? 503 : 200) }
        try await FakeMonitor.with(answer: answer) { monitor in
            try await Workspace.with { workspace in
                try await workspace.withSandbox(environment: ServiceRunTests.key) { sandbox in
                    let place = "url: \"\(monitor.origin)/qa\", allow: [127.0.0.1]"
                    let monitors = "monitors: [{name: qa, \(place), required: true}]"
                    let text = try workspace.text(try workspace.scenario(calls: 20, extra: monitors))
                    let variables = ServiceRunTests.variables.merging(sandbox.variables) { $1 }
                    let first = try await RunningService(workspace, Self.flags, variables)
                    let id = try await first.submit(text, "?target=cxone")
                    let log = { try await workspace.run(["audit", "show", "--run", id, "--json"]).stdout }
                    try await eventually(every: .milliseconds(200)) { try await log().contains("aggregated") }
                    let stopped = await first.stop()
                    #expect(stopped.stderr.contains("run left for the next service"), "\(stopped.stderr)")
                    isBroken.withLock { $0 = false }
                    let second = try await RunningService(workspace, Self.flags, variables)
                    let run = try await second.end(of: id)
                    #expect(run["state"] == "passed", "\(run)")
                    #expect(try await sandbox.simulations().count == 1)
                    _ = await second.stop()
                }
            }
        }
    }

    /// The same run in the service's own sandbox, which ends with it: it is judged by what its monitor has.
    @Test func aRunInTheServicesSandboxIsJudgedAsItStops() async throws {
        try await FakeMonitor.with(answer: { _, _ in ServiceResponse(status: 503) }) { monitor in
            try await Workspace.with { workspace in
                let place = "url: \"\(monitor.origin)/qa\", allow: [127.0.0.1]"
                let monitors = "monitors: [{name: qa, \(place), required: true}]"
                let text = try workspace.text(try workspace.scenario(calls: 20, extra: monitors))
                let first = try await RunningService(workspace, Self.flags, ServiceRunTests.variables)
                let id = try await first.submit(text)
                let log = { try await workspace.run(["audit", "show", "--run", id, "--json"]).stdout }
                try await eventually(every: .milliseconds(200)) { try await log().contains("aggregated") }
                #expect(await first.stop().exitCode == 0)
                let second = try await RunningService(workspace, Self.flags, ServiceRunTests.variables)
                let run = try await second.get("/v1/runs/\(id)").json
                #expect(run["state"] == "failed" && run["exitCode"] == 1, "\(run)")
                let totals = try #require(run["result"]?["monitors"]?.elements?.first)
                #expect(totals["pending"]?.integer ?? 0 > 0, "\(totals)")
                _ = await second.stop()
            }
        }
    }

    /// SIGTERM leaves what goes on; the next service takes it up, and the simulation is the same.
    @Test func aServiceThatStopsLeavesItsRunsToTheNext() async throws {
        try await Workspace.with { workspace in
            try await workspace.withSandbox(["--speed", "100"], environment: ServiceRunTests.key) { sandbox in
                let text = try workspace.text(try workspace.scenario(calls: 200))
                let variables = ServiceRunTests.variables.merging(sandbox.variables) { $1 }
                let port = try ReservedPort()
                let flags = Self.flags + ["--listen", "127.0.0.1:\(port.port)"]
                let first = try await RunningService(workspace, flags, variables)
                let id = try await first.submit(text, "?target=cxone")
                try await eventually(every: .milliseconds(50)) {
                    try await first.get("/v1/runs/\(id)").json["progress"]?["step"] == "running"
                }
                let stopped = await first.stop()
                #expect(stopped.exitCode == 0 && stopped.stderr.contains("run left for the next service"))
                #expect(try await sandbox.simulations().map { $0["state"]?.string } == ["running"])
                let second = try await RunningService(workspace, flags, variables)
                let run = try await second.end(of: id)
                #expect(run["state"] == "passed", "\(run)")
                #expect(try await sandbox.simulations().count == 1)
                _ = await second.stop()
            }
        }
    }
}
