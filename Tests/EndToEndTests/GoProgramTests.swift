import ExactJSON
import Foundation
import RingbackTestKit
import SimulationAPI
import Testing

/// The tutorial's own Go program as a client of the sandbox.
///
/// It needs a Go toolchain on `PATH` and the script that cuts the program out of the tutorial, which is not part of
/// this package: `RINGBACK_GO_REFERENCE` names it, or it lies in `shared/bench` beside a folder above. Elsewhere the
/// test is skipped.
@Suite(.timeLimit(.minutes(15)), .enabled(if: GoReference.isAvailable, "no Go toolchain or no go_reference.py"))
struct GoProgramTests {
    @Test func runsAgainstTheSandbox() async throws {
        try await Workspace.with { workspace in
            let reserved = try ReservedPort()
            defer { reserved.release() }
            let port = reserved.port
            let environment = ProcessInfo.processInfo.environment
            let script = try #require(GoReference.script)
            let built = try await Program(
                "/usr/bin/env",
                ["python3", script, "\(workspace.folder)/go", "\(port)"],
                environment: environment.merging(["GOFLAGS": "-mod=mod"]) { $1 },
                in: workspace.folder,
                limit: .seconds(100)
            ).finished()
            try #require(built.exitCode == 0, "\(built.stderr)\(built.stdout)")
            let sandbox = try workspace.start(["sandbox", "--listen", "127.0.0.1:0"])
            let line = try #require(await sandbox.line { $0.hasPrefix("listening on ") })
            let origin = String(line.dropFirst("listening on ".count))
            let variables = [
                "CXONE_ORG_ID": String(origin.dropFirst("http://".count)), "CXONE_CLIENT_ID": "sandbox",
                "CXONE_CLIENT_SECRET": "sandbox",
            ]
            let ended = try await Program(
                "\(workspace.folder)/go/goref",
                [],
                environment: variables,
                in: workspace.folder
            ).finished()
            #expect(ended.exitCode == 0, "\(ended.stderr)")
            #expect(ended.stdout.contains("Simulation execution completed successfully"), "\(ended.stdout)")
            let audit = try workspace.text("simulation_audit.log")
            let running = RunningSandbox(origin: origin)
            let id = try #require(try await running.simulations().first?["id"]?.string)
            let json = try await running.get("\(Endpoint.simulations)/\(id)", token: try await running.token())
            #expect(json["state"]?.string == "completed")
            #expect(json["callsAttempted"]?.integer == 50)
            // What the program says where its listener could not start.
            #expect(!ended.stdout.contains("address already in use"), "\(ended.stdout)")
            #expect(json["webhooks"]?["pending"]?.integer == 0, "\(ended.stdout)\(ended.stderr)")
            #expect(json["webhooks"]?["givenUp"]?.integer == 0)
            #expect(json["webhooks"]?["delivered"]?.integer ?? 0 >= 100)
            #expect(audit.contains(json["id"]?.string ?? "?"))
            sandbox.signal(SIGTERM)
            #expect(await sandbox.finished().exitCode == 0)
        }
    }
}

/// Where the tutorial's program comes from.
private enum GoReference {
    static var isAvailable: Bool { hasGo && script != nil }

    static var script: String? {
        if let named = ProcessInfo.processInfo.environment["RINGBACK_GO_REFERENCE"] { return named }
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appending(path: "shared/bench/go_reference.py").path
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
            folder.deleteLastPathComponent()
        }
        return nil
    }

    private static var hasGo: Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/go")
        }
    }
}
