import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// The jobs in `Examples/ci`: their shell is read out of the files and run against the built program.
@Suite(.timeLimit(.minutes(15)))
struct WorkflowExampleTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Prints the shell of a file's steps as a JSON list; needs Debian's python3-yaml.
    private static let reader = """
        import json, sys, yaml
        document = yaml.safe_load(open(sys.argv[1]))
        steps = [s["run"] for j in document.get("jobs", {}).values() for s in j["steps"] if "run" in s]
        job = document.get("dialer", {})
        print(json.dumps(steps or job["script"] + job["after_script"]))
        """

    @Test(arguments: ["github-actions.yml", "gitlab-ci.yml"]) func stepsRun(_ name: String) async throws {
        try await Workspace.with { workspace in
            let file = Self.folder.appending(path: "Examples/ci/\(name)").path
            let read = try await Program(
                "/usr/bin/python3",
                ["-c", Self.reader, file],
                environment: [:],
                in: workspace.folder
            )
            .finished()
            if read.stderr.contains("No module named 'yaml'") {
                print("python3-yaml is missing: \(name) was not read (`make packages` installs it)")
                return
            }
            let steps = try #require(try JSONReader.read(Array(read.stdout.utf8)).elements).compactMap(\.string)
            #expect(steps.count >= 3)
            // The scenario is cut short, the build is left out, and the program is the one that was built.
            try FileManager.default.createDirectory(
                atPath: "\(workspace.folder)/Examples",
                withIntermediateDirectories: true
            )
            let scenario = try String(
                contentsOf: Self.folder.appending(path: "Examples/ten-agents.yaml"),
                encoding: .utf8
            )
            let short = scenario.replacing(/run: .*/, with: "run: {shift: 20m, replications: 3}")
                .replacing(/limit: 2.5%/, with: "limit: 90%").replacing(
                    /compliance:\n  - us-tsr\n/,
                    with: "compliance:\n"
                )
            try short.write(toFile: "\(workspace.folder)/Examples/ten-agents.yaml", atomically: true, encoding: .utf8)
            try FileManager.default.createDirectory(
                atPath: "\(workspace.folder)/bin",
                withIntermediateDirectories: true
            )
            try FileManager.default.createSymbolicLink(
                atPath: "\(workspace.folder)/bin/ringback",
                withDestinationPath: Program.ringback
            )
            let variables = [
                "PATH": "\(workspace.folder)/bin:/usr/bin:/bin", "SCENARIO": "Examples/ten-agents.yaml",
                "GITHUB_STEP_SUMMARY": "\(workspace.folder)/summary.md", "RINGBACK_HOME": ".ringback",
            ]
            for step in steps {
                let check = try await Program(
                    "/bin/bash",
                    ["-n", "-c", step],
                    environment: variables,
                    in: workspace.folder
                )
                .finished()
                #expect(check.exitCode == 0, "\(check.stderr)")
                guard step.contains("ringback ") && !step.contains("make release") && !step.contains("install -D")
                else { continue }
                let ended = try await Program(
                    "/bin/bash",
                    ["-e", "-c", step],
                    environment: variables,
                    in: workspace.folder
                )
                .finished()
                #expect([0, 1, 6].contains(ended.exitCode), "\(step): \(ended.stderr)")
                #expect(!ended.stderr.contains("ringback: "), "\(step): \(ended.stderr)")
            }
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(workspace.folder)/build/dialer")
            #expect(Set(files).isSuperset(of: ["junit.xml", "report.html", "result.json"]))
        }
    }
}
