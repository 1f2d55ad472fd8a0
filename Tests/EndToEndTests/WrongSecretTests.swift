import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// A run and its sandbox have different webhook secrets, so the run refuses every webhook.
@Suite(.timeLimit(.minutes(15)))
struct WrongSecretTests {
    /// How the wait for the webhooks ends.
    enum End: CaseIterable { case timeIsUp, interrupted }

    private static let other = "whsec_" + String(repeating: "Zm9v", count: 8)

    @Test(arguments: End.allCases) func theMetricsAreNotCalledRefused(_ end: End) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let sandbox = ["RINGBACK_WEBHOOK_SECRET": Self.other]
            try await workspace.withSandbox(["--home", "\(workspace.folder)/sandbox"], environment: sandbox) {
                sandbox in
                let limit = end == .timeIsUp ? 10 : 120
                let program = try workspace.start(
                    ["run", "scenario.yaml", "--profile", "sandbox", "--out", workspace.out] + Workspace.remote
                        + ["--timeout", "\(limit)s"],
                    environment: sandbox.variables.merging(["RINGBACK_WEBHOOK_SECRET": ReceivingRun.secret]) { $1 }
                )
                if end == .interrupted {
                    // From this entry on the run waits for webhooks.
                    try await eventually {
                        let log = try? workspace.text("\(workspace.home)/audit/00000001.jsonl")
                        return log?.contains(#""tracking""#) == true || program.isOver
                    }
                    program.signal(SIGINT)
                }
                let ended = await program.finished()
                let result = try workspace.result()
                let spent = try #require(result["durationSeconds"]?.double)
                let metrics = result.assertion("metrics.aggregated")
                #expect(result["state"]?.string == "completed")
                #expect(result["webhooks"]?["lost"]?.integer == 20 && result["webhooks"]?["received"]?.integer == 0)
                #expect(result["webhooks"]?["rejected"]?.integer ?? 0 >= 20)
                switch end {
                case .timeIsUp:
                    #expect(ended.exitCode == 1, "\(ended.stderr)")
                    #expect(result.failed.contains("webhooks.reconcile"))
                    #expect(metrics?["verdict"]?.string == "pass", "\(metrics?.text ?? "")")
                    // The drain left two seconds of the time, and used the rest.
                    #expect(spent > 6 && spent < Double(limit), "\(spent)")
                case .interrupted:
                    #expect(ended.exitCode == 4, "\(ended.stderr)")
                    // No word of a refusal, nor of a simulation that had not ended.
                    #expect(ended.stderr.contains("stopped before the run had ended"), "\(ended.stderr)")
                    #expect(metrics == nil, "\(metrics?.text ?? "")")
                }
            }
        }
    }
}
