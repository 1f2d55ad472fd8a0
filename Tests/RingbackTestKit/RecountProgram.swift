import Foundation
import Testing

/// `Tests/Recount/recount.py`: counts from the trace of a simulation what rules, gauges and lists should say.
package enum RecountProgram {
    /// Runs it on pairs of a file of rules and a trace; gives the JSON that it prints.
    package static func run(_ files: [String]) async throws -> String {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let script = tests.appending(path: "Recount/recount.py").path
        let program = try Program(
            "/usr/bin/env",
            ["python3", script] + files,
            environment: ["PATH": "/usr/bin:/bin"],
            in: "/tmp"
        )
        let finished = await program.finished()
        #expect(finished.exitCode == 0, "\(finished.stderr)")
        return finished.stdout
    }
}
