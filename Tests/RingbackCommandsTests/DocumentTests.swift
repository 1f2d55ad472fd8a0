import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// What commands that send nothing write to standard output.
@Suite(.timeLimit(.minutes(5)))
struct DocumentTests {
    @Test func initWritesAScenarioThatIsValid() async throws {
        try await Workspace.inMemory { workspace in
            let written = await workspace.command(["init", "FOLDER/tests/dialer", "--json"])
            #expect(written.exitCode == 0 && written.stderr.isEmpty)
            let path = "FOLDER/tests/dialer/scenario.yaml"
            let document = try JSONReader.read(written.stdout)
            #expect(document == ["version": 1, "path": .string(path)])
            #expect(await workspace.command(["validate", path]).stdout == "\(path): valid\n")
            let quiet = await workspace.command(["validate", path, "-q"])
            #expect(quiet.stdout + quiet.stderr == "")
        }
    }

    @Test func initTellsTheNextStep() async throws {
        try await Workspace.inMemory { workspace in
            let written = await workspace.command(["init", "FOLDER"])
            #expect(written.stdout == "wrote FOLDER/scenario.yaml\nnext: ringback run FOLDER/scenario.yaml\n")
        }
    }

    @Test func validateWritesOneDocumentForAllFiles() async throws {
        try await Workspace.inMemory { workspace in
            try workspace.scenario()
            let files = ["FOLDER/scenario.yaml", "FOLDER/nowhere.yaml"]
            let ended = await workspace.command(["validate", "--json"] + files)
            #expect(ended.exitCode == 2 && ended.stderr.isEmpty)
            let document = try JSONReader.read(ended.stdout)
            #expect(document["valid"] == false)
            let found = try #require(document["files"]?.elements)
            #expect(found.map { $0["path"]?.string } == files && found.map { $0["valid"]?.bool } == [true, false])
            #expect(found[1]["diagnostics"]?.elements?.first?["code"]?.string == "file.unreadable")
        }
    }

    @Test func validateShowsEveryProblemOfEveryFile() async throws {
        try await Workspace.inMemory { workspace in
            try workspace.scenario(calls: 0, probabilities: ["0.5", "0.5", "0.5", "0"])
            let ended = await workspace.command(["validate", "FOLDER/scenario.yaml", "FOLDER/nowhere.yaml"])
            #expect(ended.exitCode == 2)
            let lines = ended.stdout.split(separator: "\n")
            try #require(lines.count == 3, "\(ended.stdout)")
            #expect(
                lines[0].wholeMatch(of: /FOLDER\/scenario\.yaml:[0-9]+:[0-9]+: error: .* \[probability\.sum\]/) != nil
            )
            #expect(
                lines[1].hasPrefix("FOLDER/scenario.yaml:13:13: error: ") && lines[1].hasSuffix("[max_calls.range]")
            )
            #expect(lines[2].hasPrefix("FOLDER/nowhere.yaml:1:1: error: "))
        }
    }

    @Test(arguments: ["run", "simulate"]) func aRefusedScenarioIsOneDocument(_ command: String) async throws {
        try await Workspace.inMemory { workspace in
            try workspace.scenario(calls: 0, extra: "colour: red")
            let ended = await workspace.command([command, "FOLDER/scenario.yaml", "--json"])
            #expect(ended.exitCode == 2)
            let document = try JSONReader.read(ended.stdout)
            #expect(document["exitCode"] == 2 && document["verdict"] == "fail")
            let codes = document["diagnostics"]?.elements?.compactMap { $0["code"]?.string }
            #expect(codes.map(Set.init) == ["max_calls.range", "field.unknown"])
        }
    }

    /// Every rule says how it stands and where it is written.
    @Test func profilesAreListedWithTheirStanding() async throws {
        try await Workspace.inMemory { workspace in
            let document = try JSONReader.read(await workspace.command(["profiles", "--json"]).stdout)
            let items = try #require(document["items"]?.elements)
            #expect(
                items.map { "\($0["name"]?.string ?? ""): \($0["status"]?.string ?? "")" } == [
                    "us-tsr: in force", "us-fcc: repeal proposed", "uk-ofcom-2010: withdrawn",
                    "uk-ofcom-2017: in force", "ca-crtc: in force", "it-garante-2014: unverified",
                    "us-reg-f: unverified",
                ]
            )
            #expect(items.allSatisfy { $0["source"]?.string?.isEmpty == false })
            let shown = "\(items[0]["limit"]?.double ?? 0) \(items[0]["window"]?.string ?? "")"
            #expect(shown == "0.03 campaign30dBlocks")
            #expect(items[2]["until"]?.string == "2017-02-28" && items[3]["limit"] == .null)
            let table = await workspace.command(["profiles"]).stdout.split(separator: "\n")
            #expect(table.count == 8 && table[1].hasPrefix("us-tsr ") && table[1].hasSuffix("in force"))
            let page = await workspace.command(["profiles", "ca-crtc"]).stdout
            #expect(page.hasPrefix("ca-crtc\n") && page.contains("CRTC, Telecom Decision 2007-48"))
            let unknown = await workspace.command(["profiles", "us-tsp"])
            #expect(
                unknown.exitCode == 2
                    && unknown.stderr.contains("unknown compliance profile \"us-tsp\", did you mean \"us-tsr\"?")
            )
        }
    }
}
