import Foundation
import RingbackTestKit
import Testing

/// The page of metrics of the built program, and the rules and the dashboard in `Examples/observability`.
@Suite(.timeLimit(.minutes(15)))
struct ObservabilityTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Examples/observability").path
    private static let hasPromtool = FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool")

    private static func promtool(_ arguments: String, in folder: String = folder) async throws -> Program.Finished {
        let program = try Program(
            "/bin/sh",
            ["-c", "exec promtool \(arguments)"],
            environment: ["PATH": "/usr/bin:/bin"],
            in: folder
        )
        return await program.finished()
    }

    @Test func theListenerOfMetricsNeedsNoTokenAndAnswersAnyHost() async throws {
        try await Workspace.with { workspace in
            let service = try await RunningService(
                workspace,
                ["--metrics-listen", "127.0.0.1:0", "--public-path", "/ringback"],
                ["RINGBACK_API_TOKEN": "t0ken-canary"]
            )
            let line = try #require(await service.program.errorLine { $0.contains("metrics are served") })
            let address = try #require(line.firstMatch(of: /address=(\S+)\/metrics/)?.1)
            for path in ["/metrics", "/ringback/metrics"] {
                let answer = try await HTTPAnswer.to("GET", address + path, headers: [("Host", "pod-7.example")])
                #expect(answer.status == 200)
                let page = String(decoding: answer.body, as: UTF8.self)
                #expect(page.contains("ringback_store_up 1\n"))
                #expect(!page.contains("t0ken-canary"))
                try page.write(toFile: "\(workspace.folder)/page", atomically: true, encoding: .utf8)
            }
            #expect(try await HTTPAnswer.to("GET", service.origin + "/metrics").status == 401)
            let own = [("Authorization", "Bearer t0ken-canary")]
            #expect(try await HTTPAnswer.to("GET", service.origin + "/metrics", headers: own).status == 200)
            #expect(try await HTTPAnswer.to("GET", address + "/v1/webhooks", headers: own).status == 404)
            if Self.hasPromtool {
                let checked = try await Self.promtool("check metrics < page", in: workspace.folder)
                #expect(checked.exitCode == 0, "\(checked.stdout)\(checked.stderr)")
            }
            let event =
                #"{"simulationId":"s","callId":"c","state":"ringing","timestamp":"2026-11-29T12:00:00.000Z","durationMs":1}"#
            let type = [("Content-Type", "application/json"), ("webhook-id", "msg_1")]
            for prefix in ["", "/ringback"] {
                let path = prefix + "/webhook/simulation-events"
                let answer = try await HTTPAnswer.to(
                    "POST",
                    service.origin + path,
                    headers: type,
                    body: Array(event.utf8)
                )
                #expect(answer.status == 200, "\(path)")
            }
            let ended = await service.stop()
            #expect(ended.exitCode == 0 && !ended.stderr.contains(" error "), "\(ended.stderr)")
        }
    }

    @Test func anAddressForMetricsThatIsTakenIsNamed() async throws {
        try await Workspace.with { workspace in
            let taken = try LoopbackListener { _ in }
            let ended = try await workspace.run(
                ["serve", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:\(taken.port)"]
            )
            taken.stop()
            #expect(ended.exitCode == 2 && ended.stderr.contains("choose another with --metrics-listen"))
        }
    }

    @Test(
        .enabled(if: hasPromtool),
        arguments: [
            "check rules alerts.yaml", "test rules alerts-test.yaml", "check config prometheus.yaml",
        ]
    )
    func theRulesPass(_ command: String) async throws {
        let checked = try await Self.promtool(command)
        #expect(checked.exitCode == 0, "\(checked.stdout)\(checked.stderr)")
    }
}
