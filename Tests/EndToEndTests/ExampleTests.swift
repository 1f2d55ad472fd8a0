import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// The files in `Examples/`, as their heads describe them.
@Suite(.timeLimit(.minutes(15)))
struct ExampleTests {
    private let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Examples").path

    @Test func theTutorialPasses() async throws {
        try await Workspace.with { workspace in
            let ended = try await workspace.run(["run", "\(folder)/tutorial.yaml", "--out", workspace.out])
            #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
            #expect(ended.stdout.contains("PASS"))
            #expect(ended.stderr == "")
            #expect(try workspace.result()["calls"]?["completed"]?.integer == 50)
        }
    }

    @Test func whatMustFailFails() async throws {
        try await Workspace.with { workspace in
            let ended = try await workspace.run(["run", "\(folder)/must-fail.yaml", "--out", workspace.out])
            #expect(ended.exitCode == 1, "\(ended.stderr)\(ended.stdout)")
            #expect(ended.stdout.contains("✗ callsCompleted >= 51"), "\(ended.stdout)")
            #expect(try workspace.result().failed == ["threshold.callsCompleted"])
        }
    }

    @Test func tenAgentsIsJudgedByRunAndBySimulate() async throws {
        try await Workspace.with { workspace in
            let path = "\(folder)/ten-agents.yaml"
            let valid = try await workspace.run(["validate", path])
            #expect(valid.exitCode == 0)
            #expect(valid.stdout == "\(path): valid\n")
            let ended = try await workspace.run([
                "run", path, "--out", workspace.out, "--set", "simulation.maxCalls=400",
            ])
            let result = try workspace.result()
            #expect(result["calls"]?["abandoned"]?.integer ?? 0 > 0, "\(ended.stderr)\(ended.stdout)")
            for rule in ["us-tsr", "house-rule"] {
                #expect(result.assertion("abandonment.\(rule)") != nil)
            }
            #expect(result["webhooks"]?["lost"]?.integer == 0)
            let simulated = try await workspace.run(["simulate", path, "--replications", "4"])
            #expect(simulated.stdout.contains("us-tsr"), "\(simulated.stderr)")
        }
    }

    /// Every file of `Examples/faults` says in its head how to run it and what the exit code is.
    @Test(
        arguments: try FileManager.default.contentsOfDirectory(
            atPath: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Examples/faults").path
        ).sorted()
    )
    func faultsEndAsTheirFilesSay(_ name: String) async throws {
        let head = try String(contentsOf: URL(filePath: "\(folder)/faults/\(name)"), encoding: .utf8)
        let command = try #require(head.firstMatch(of: /ringback (run .*)/)).1
        let code = try #require(head.firstMatch(of: /exit code ([0-9])/)).1
        let arguments = command.split(separator: " ").map { String($0).replacing(/^Examples/, with: folder) }
        try await Workspace.with { workspace in
            let ended = try await workspace.run(arguments + ["--out", workspace.out])
            #expect("\(ended.exitCode)" == code, "\(ended.stderr)\(ended.stdout)")
        }
    }

    @Test func monitorsAreForwardedToAndReplayed() async throws {
        let environment = ["QA_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
        try await FakeMonitor.with { monitor in
            try await Workspace.with { workspace in
                // Unchanged, except for a port without a listener.
                let path = "\(folder)/monitors.yaml"
                let closed = "monitors.0.url=http://127.0.0.1:1/hooks"
                let ended = try await workspace.run(["run", path, "--set", closed], environment: environment)
                #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
                #expect(ended.stdout.contains("monitor qa (http): 0 delivered"), "\(ended.stdout)")
                let lines = try workspace.text("ends.jsonl").split(separator: "\n")
                #expect(!lines.isEmpty && lines.allSatisfy { $0.contains("answered") })
                let open = "monitors.0.url=\(monitor.origin)/hooks"
                let second = try await workspace.run(["run", path, "--set", open], environment: environment)
                #expect(second.exitCode == 0, "\(second.stderr)\(second.stdout)")
                #expect(!monitor.requests("/hooks").isEmpty)
            }
        }
    }

    @Test func theEmbeddingProgramPasses() async throws {
        try await Workspace.with { workspace in
            let program = try Program(
                "\(Program.buildFolder)/Embedding",
                ["\(folder)/tutorial.yaml"],
                environment: ["PATH": "/usr/bin:/bin"],
                in: workspace.folder
            )
            let ended = await program.finished()
            #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
            #expect(ended.stdout.contains("verdict pass"), "\(ended.stdout)")
            let report = try #require(ended.stdout.split(separator: "\n").last?.dropFirst("report ".count))
            #expect(FileManager.default.fileExists(atPath: "\(workspace.folder)/\(report)"))
        }
    }

    @Test func theStarterRunsAsItIs() async throws {
        try await Workspace.with { workspace in
            let written = try await workspace.run(["init", "tests/dialer"])
            #expect(written.exitCode == 0)
            #expect(written.stdout.hasPrefix("wrote tests/dialer/scenario.yaml\n"))
            let ended = try await workspace.run(["run", "tests/dialer/scenario.yaml"])
            #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
        }
    }
}
