import ExactJSON
import Foundation
import GRDB
import HTTPService
import RingbackTestKit
import Testing

/// The dashboard of a real service in a real browser: every page, and people who use it.
@Suite("The dashboard in a browser", .timeLimit(.minutes(15)))
struct DashboardWalkTests {
    private static let centre = """
        contactCenter: {agents: 4, ringing: {default: {exponential: {mean: 8s}}}, talk: {exponential: {mean: 30s}}, patience: {constant: 2s}}
        pacing: {power: {linesPerAgent: 1.5}}
        run: {shift: 30m, replications: 3}
        compliance: [us-tsr]
        """

    @Test func peopleFindTheirWay() async throws {
        try await Workspace.with { workspace in
            // The first delivery fails, the next one is taken.
            try await FakeMonitor.with(answer: { _, index in ServiceResponse(status: index == 0 ? 400 : 200) }) {
                monitor in
                try "- {name: qa, url: \"\(monitor.origin)/qa\", allow: [127.0.0.1]}"
                    .write(toFile: "\(workspace.folder)/monitors.yaml", atomically: true, encoding: .utf8)
                let flags = ["--monitors", "monitors.yaml", "--drain", "100ms"]
                let variables = ServiceRunTests.variables
                let first = try await RunningService(workspace, flags, variables)
                let event =
                    #"{"simulationId":"s","callId":"<b>c</b>","state":"completed","timestamp":"2026-01-01T00:00:00.000Z","outcome":"busy","durationMs":9}"#
                let secret = variables["RINGBACK_WEBHOOK_SECRET"]
                #expect(try await first.send(event, id: "msg-<i>1</i>", secret: secret).status == 200)
                #expect(try await first.send("{}", id: "odd", secret: secret).status == 400)
                await monitor.wait(for: 1, at: "/qa")
                _ = await first.stop()
                // A schedule takes a minute to end; here its last attempt has been.
                try await DatabaseQueue(path: "\(workspace.home)/ringback.sqlite").write { database in
                    try database.execute(
                        sql: """
                            UPDATE deliveries SET state = 'dead', attempts = 5, dueAt = NULL, lastStatus = 400,
                              lastError = 'HTTP 400, after 5 attempts'
                            """
                    )
                }
                let service = try await RunningService(workspace, flags, variables)
                try workspace.scenario(calls: 30, extra: Self.centre)
                let text = try workspace.text("scenario.yaml")
                let failing = text + "\nthresholds: {callsAttempted: \"== 29\"}\n"
                for (scenario, query) in [
                    (text, ""), (failing, "?seed=2"), (text, "?kind=simulate"),
                    (text, "?kind=simulate&baseline=last-pass"),
                ] {
                    _ = try await service.end(of: try await service.submit(scenario, query))
                }
                let walk = try await BrowserCheck.walk(service.origin, token: variables["RINGBACK_API_TOKEN"] ?? "")
                if let walk {
                    #expect(walk.exitCode == 0, "\(walk.stdout)\(walk.stderr)")
                    #expect(walk.stdout.hasSuffix("pages and 3 walks, 0 problems\n"))
                    #expect(monitor.requests("/qa").count { $0.id == "msg-<i>1</i>" } == 2)
                }
                _ = await service.stop()
            }
        }
    }

    /// The engine computes for seconds without a pause; nobody else waits for it.
    @Test func calibrationsHoldNobodyUp() async throws {
        try await Workspace.with { workspace in
            let centre = Self.centre.replacing("shift: 30m", with: "shift: 8h, days: 30")
            try workspace.scenario(calls: 30, extra: centre)
            let service = try await RunningService(workspace, [], ServiceRunTests.variables)
            var ids: [String] = []
            for seed in 1...4 {
                ids.append(try await service.submit(workspace.text("scenario.yaml"), "?kind=calibrate&seed=\(seed)"))
            }
            func slowestLook() async throws -> Duration {
                var slowest = Duration.zero
                for _ in 0..<20 {
                    let time = try await ContinuousClock().measure { _ = try await service.get("/v1/runs?limit=1") }
                    slowest = max(slowest, time)
                    try await Task.sleep(for: .milliseconds(50))
                }
                return slowest
            }
            let slowest = try await slowestLook()
            #expect(slowest < .seconds(2), "\(slowest)")
            // The plan of a strict calibration is computed before the answer to its submission, and takes seconds in a debug build.
            let strict = try workspace.text("scenario.yaml")
            let submissions = (1...4).map { seed in
                Task {
                    try await service.submit(strict, "?kind=calibrate&seed=\(seed)&share=99.99%25&confidence=99.9%25")
                }
            }
            let slowestBeside = try await slowestLook()
            #expect(slowestBeside < .seconds(2), "\(slowestBeside) beside submissions")
            for submission in submissions { ids.append(try await submission.value) }
            #expect(try await service.get("/v1/runs?state=running").json.elementCount > 0)
            for id in ids { _ = try await service.post("/v1/runs/\(id)/cancel") }
            _ = await service.stop()
        }
    }
}
