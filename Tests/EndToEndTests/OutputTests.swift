import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// What stands on standard output and standard error.
@Suite(.timeLimit(.minutes(15)))
struct OutputTests {
    @Test func runPrintsOneDocument() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let ended = try await workspace.run(["run", "scenario.yaml", "--json", "--out", workspace.out])
            #expect(ended.exitCode == 0)
            #expect(ended.stderr == "")
            #expect(try JSONReader.read(Array(ended.stdout.utf8)) == workspace.result())
        }
    }

    @Test func quietShowsOnlyTheVerdict() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let ended = try await workspace.run(["run", "scenario.yaml", "--quiet", "--out", "out"])
            #expect(ended.stdout == "PASS  out/report.html\n")
            #expect(ended.stderr == "")
        }
    }

    @Test func verboseShowsTheSteps() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let ended = try await workspace.run(["run", "scenario.yaml", "--verbose"])
            #expect(ended.stderr.hasPrefix("ringback: scenario valid\nringback: token\n"), "\(ended.stderr)")
        }
    }

    @Test(arguments: [[:], ["TERM": "xterm-256color"], ["TERM": "xterm-256color", "NO_COLOR": "1"], ["TERM": "dumb"]])
    func outputThatIsNotATerminalHasNoControlCharacters(_ environment: [String: String]) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let ended = try await workspace.run(["run", "scenario.yaml"], environment: environment)
            let controls = (ended.stdout + ended.stderr).unicodeScalars.filter {
                $0.properties.generalCategory == .control && $0 != "\n"
            }
            #expect(controls.isEmpty)
        }
    }

    @Test func aTerminalGetsColoursUnlessItDeclinesThem() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            func typescript(_ environment: [String: String]) async throws -> String {
                let base = ["PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "RINGBACK_HOME": workspace.home]
                let program = try Program(
                    "/usr/bin/script",
                    ["-qec", "'\(Program.ringback)' run scenario.yaml 2>/dev/null", "/dev/null"],
                    environment: base.merging(environment) { $1 },
                    in: workspace.folder
                )
                return await program.finished().stdout
            }
            guard FileManager.default.isExecutableFile(atPath: "/usr/bin/script") else { return }
            #expect(try await typescript([:]).contains("\u{1B}["))
            for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
                let text = try await typescript(environment)
                #expect(text.contains("PASS") && !text.contains("\u{1B}["), "\(text)")
            }
        }
    }
}
