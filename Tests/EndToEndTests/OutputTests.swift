import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// What stands on standard output and standard error.
@Suite(.timeLimit(.minutes(5)))
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

    @Test func aRefusedRunPrintsOneDocument() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 0, extra: "colour: red")
            let ended = try await workspace.run(["run", "scenario.yaml", "--json"])
            #expect(ended.exitCode == 2)
            let document = try JSONReader.read(Array(ended.stdout.utf8))
            #expect(document["exitCode"]?.integer == 2)
            #expect(document["verdict"]?.string == "fail")
            let codes = document["diagnostics"]?.elements?.compactMap { $0["code"]?.string }
            #expect(codes.map(Set.init) == ["max_calls.range", "field.unknown"])
        }
    }

    @Test func validateAndInitPrintOneDocument() async throws {
        try await Workspace.with { workspace in
            let written = try await workspace.run(["init", "--json"])
            #expect(try JSONReader.read(Array(written.stdout.utf8))["path"]?.string == "scenario.yaml")
            let valid = try await workspace.run(["validate", "scenario.yaml", "--json"])
            #expect(valid.exitCode == 0)
            #expect(try JSONReader.read(Array(valid.stdout.utf8))["valid"]?.bool == true)
            let mixed = try await workspace.run(["validate", "scenario.yaml", "nowhere.yaml", "--json"])
            #expect(mixed.exitCode == 2)
            #expect(mixed.stderr == "")
            let files = try #require(try JSONReader.read(Array(mixed.stdout.utf8))["files"]?.elements)
            #expect(files.map { $0["valid"]?.bool } == [true, false])
            #expect(files[1]["diagnostics"]?.elements?.first?["code"]?.string == "file.unreadable")
        }
    }

    @Test func validateTellsEveryProblemOfEveryFile() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 0, probabilities: ["0.5", "0.5", "0.5", "0"])
            let ended = try await workspace.run(["validate", "scenario.yaml", "nowhere.yaml"])
            #expect(ended.exitCode == 2)
            let lines = ended.stdout.split(separator: "\n")
            #expect(lines.count == 3, "\(ended.stdout)")
            #expect(lines[0].wholeMatch(of: /scenario\.yaml:[0-9]+:[0-9]+: error: .* \[probability\.sum\]/) != nil)
            #expect(lines[1].hasPrefix("scenario.yaml:13:13: error: ") && lines[1].hasSuffix("[max_calls.range]"))
            #expect(lines[2].hasPrefix("nowhere.yaml: error: "))
        }
    }

    @Test func quietSaysTheVerdictOnly() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let ended = try await workspace.run(["run", "scenario.yaml", "--quiet", "--out", "out"])
            #expect(ended.stdout == "PASS  out/report.html\n")
            #expect(ended.stderr == "")
            let valid = try await workspace.run(["validate", "scenario.yaml", "-q"])
            #expect(valid.stdout + valid.stderr == "")
        }
    }

    @Test func verboseTellsTheSteps() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let ended = try await workspace.run(["run", "scenario.yaml", "--verbose"])
            #expect(ended.stderr.hasPrefix("ringback: scenario valid\nringback: token\n"), "\(ended.stderr)")
        }
    }

    @Test(arguments: [[:], ["TERM": "xterm-256color"], ["TERM": "xterm-256color", "NO_COLOR": "1"], ["TERM": "dumb"]])
    func hasNoControlCharactersAwayFromATerminal(_ environment: [String: String]) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let ended = try await workspace.run(["run", "scenario.yaml"], environment: environment)
            let controls = (ended.stdout + ended.stderr).unicodeScalars.filter {
                $0.properties.generalCategory == .control && $0 != "\n"
            }
            #expect(controls.isEmpty)
        }
    }

    @Test func aTerminalSeesColourUnlessItDoesNotWantIt() async throws {
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

    @Test(arguments: [
        "", "run", "validate", "simulate", "sandbox", "serve", "doctor", "init", "inbox", "inbox list", "inbox show",
        "inbox replay", "deliveries", "deliveries list", "deliveries show", "deliveries replay", "audit",
        "audit verify", "audit checkpoint", "audit prove", "audit show", "audit export", "audit report",
        "audit rotate-key", "audit forget",
    ]) func helpShowsExamples(_ command: String) async throws {
        try await Workspace.with { workspace in
            let ended = try await workspace.run(
                command.split(separator: " ").map(String.init) + ["--help"],
                environment: ["COLUMNS": "80"]
            )
            #expect(ended.exitCode == 0)
            #expect(ended.stderr == "")
            #expect(
                (ended.stdout.contains("Examples:\n") || ended.stdout.contains("Example:\n"))
                    && ended.stdout.contains("ringback \(command)")
            )
            try Golden.expect(ended.stdout, "help\(command.isEmpty ? "" : "-\(command.replacing(" ", with: "-"))").txt")
        }
    }

    @Test func theVersionIsTold() async throws {
        try await Workspace.with { workspace in
            let ended = try await workspace.run(["--version"])
            #expect(ended.stdout.wholeMatch(of: /ringback [0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func completionsAreGenerated(_ shell: String) async throws {
        try await Workspace.with { workspace in
            let ended = try await workspace.run(["--generate-completion-script", shell])
            #expect(ended.exitCode == 0)
            for word in ["ringback", "validate", "webhook-listen"] { #expect(ended.stdout.contains(word)) }
        }
    }
}
