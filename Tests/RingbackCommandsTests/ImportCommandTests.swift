import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// `import` from the outside: where its output goes, and what it refuses.
@Suite(.timeLimit(.minutes(5)))
struct ImportCommandTests {
    private static let samples = URL(filePath: #filePath)
        .appending(path: "../../../Examples/records/configurations").standardized.path(percentEncoded: false)

    private static let files = [
        ("uccx.xml", "uccx"), ("uccx.json", "uccx"), ("vicidial.csv", "vicidial"), ("vicidial.sql", "vicidial"),
        ("vicidial-api.txt", "vicidial"), ("vicidial-api-header.txt", "vicidial"), ("genesys.tf.json", "genesys"),
        ("amazon-v1.json", "amazon"), ("amazon-v2.json", "amazon"), ("cxone.json", "cxone"), ("five9.xml", "five9"),
    ]

    private static func path(_ file: String) -> String { "\(samples)/\(file)" }

    @Test(arguments: files) func theDocumentFitsItsSchema(_ file: String, _ dialer: String) async throws {
        try await Workspace.inMemory { workspace in
            let ended = await workspace.command(["import", Self.path(file), "--from", dialer, "--json"])
            #expect(ended.exitCode == 0 && ended.stderr.isEmpty)
            let document = try JSONReader.read(ended.stdout)
            #expect(try SchemaCheck("import").problems(of: document).isEmpty)
        }
    }

    @Test(arguments: files) func theScenarioOfAFileValidatesAndSimulates(_ file: String, _ dialer: String) async throws
    {
        try await Workspace.inMemory { workspace in
            let out = "FOLDER/scenario.yaml"
            let ended = await workspace.command(["import", Self.path(file), "--from", dialer, "--out", out])
            #expect(ended.exitCode == 0 && ended.stderr.isEmpty)
            #expect(
                ended.stdout.hasSuffix("wrote FOLDER/scenario.yaml\nnext: ringback validate FOLDER/scenario.yaml\n")
            )
            try Golden.expect(workspace.text("scenario.yaml"), "import-\(file).yaml")
            try Golden.expect(ended.stdout, "import-\(file).txt")
            let validated = await workspace.command(["validate", out])
            #expect(validated.exitCode == 0 && validated.stdout.contains("warning: contactCenter.talk is assumed"))
            #expect(!validated.stdout.contains("error"))
            let short = ["--set", "run={shift: 20m, start: \"09:00\", replications: 2}"]
            let simulated = await workspace.command(["simulate", out, "--json"] + short)
            #expect([0, 1, 6].contains(simulated.exitCode), "\(simulated.stderr)")
            #expect(try JSONReader.read(simulated.stdout)["calls"]?["attempted"]?.integer ?? 0 > 0)
        }
    }

    @Test func withoutAFileTheScenarioGoesToStandardOutput() async throws {
        try await Workspace.inMemory { workspace in
            let ended = await workspace.command(["import", Self.path("uccx.xml"), "--from", "uccx"])
            #expect(ended.exitCode == 0 && ended.stdout.hasPrefix("# From a campaign of Cisco UCCX"))
            #expect(
                ended.stderr.hasPrefix("27 settings of a campaign of Cisco UCCX: 12 mapped, 2 approximated, 13 ignored")
            )
            let quiet = await workspace.command(["import", Self.path("uccx.xml"), "--from", "uccx", "--quiet"])
            #expect(quiet.stdout == ended.stdout && quiet.stderr.isEmpty)
        }
    }

    @Test func aFileOfAnotherDialerIsRefused() async throws {
        try await Workspace.inMemory { workspace in
            let ended = await workspace.command([
                "import", Self.path("vicidial.csv"), "--from", "uccx", "--out", "FOLDER/s.yaml",
            ])
            #expect(ended.exitCode == 2 && ended.stdout.isEmpty)
            #expect(ended.stderr.contains("it looks like a campaign of VICIdial, so try --from vicidial"))
            #expect(!FileManager.default.fileExists(atPath: "\(workspace.folder)/s.yaml"))
        }
    }

    @Test func filesThatAreTooLargeOrUnreadableAreRefused() async throws {
        try await Workspace.inMemory { workspace in
            let large = "<campaign>" + String(repeating: " ", count: 1 << 20) + "</campaign>"
            let cases: [(Data, String)] = [
                (Data(large.utf8), "[file.too_large]"), (Data([0xFF, 0xFE, 0x3C, 0x00]), "UTF-16"),
                (Data([0x3C, 0xFC]), "not UTF-8"),
                (Data([0x1F, 0x8B, 0x08, 0x00, 0xFC]), "the file is not a configuration: neither JSON nor XML"),
                (Data("a,b\n".utf8) + Data([0xFC, 0x0A]), "call records are for ringback fit"),
                (Data("campaign_id,dial_method\n".utf8) + Data([0xFC]) + Data(",RATIO\n".utf8), "not UTF-8"),
                (Data("<!DOCTYPE a><a/>".utf8), "document type declaration"), (Data(), "the file is empty"),
            ]
            for (bytes, reason) in cases {
                try bytes.write(to: URL(filePath: "\(workspace.folder)/file"))
                let ended = await workspace.command(["import", "FOLDER/file", "--from", "uccx", "--json"])
                #expect(ended.exitCode == 2 && ended.stderr.contains(reason), "\(ended.stderr)")
            }
            let missing = await workspace.command(["import", "FOLDER/nowhere", "--from", "uccx"])
            #expect(missing.exitCode == 2 && missing.stderr.contains("there is no such file"))
            let dialer = await workspace.command(["import", "FOLDER/file", "--from", "avaya"])
            #expect(dialer.exitCode == 2 && dialer.stderr.contains("- uccx\n  - vicidial\n  - genesys"))
            let nothing = await workspace.command(["import", "--from", "uccx"])
            #expect(nothing.exitCode == 2 && nothing.stderr.contains("name the file of the configuration"))
        }
    }

    @Test func aPlaceThatCannotBeWrittenIsRefused() async throws {
        try await Workspace.inMemory { workspace in
            let ended = await workspace.command(
                ["import", Self.path("uccx.xml"), "--from", "uccx", "--out", "FOLDER/no/such/folder/s.yaml"]
            )
            #expect(ended.exitCode == 2 && !ended.stderr.isEmpty)
        }
    }
}
