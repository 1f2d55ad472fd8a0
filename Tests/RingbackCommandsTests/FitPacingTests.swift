import ExactJSON
import Foundation
import RingbackTestKit
import Testing

@testable import RingbackCommands

/// `fit --pacing`: records and the dialer's settings in one scenario.
@Suite(.timeLimit(.minutes(15)))
struct FitPacingTests {
    private static let samples = URL(filePath: #filePath)
        .appending(path: "../../../Examples/records/configurations").standardized.path(percentEncoded: false)

    private func fit(_ arguments: [String], _ check: (CommandRun, Workspace) async throws -> Void) async throws {
        try await Workspace.inMemory { workspace in
            var calls = InventedCalls(seed: 7)
            try calls.csv().write(toFile: "\(workspace.folder)/calls.csv", atomically: true, encoding: .utf8)
            let command = ["fit", "FOLDER/calls.csv"] + arguments
            try await check(await workspace.command(command), workspace)
        }
    }

    @Test("the law of the dialer replaces the assumed one, and what records show stays")
    func vicidial() async throws {
        try await fit(["--pacing", "\(Self.samples)/vicidial.csv", "--out", "FOLDER/s.yaml"]) { ended, workspace in
            #expect(ended.exitCode == 0 && ended.stderr.isEmpty, "\(ended.stderr)")
            #expect(
                ended.stdout.hasPrefix(
                    "24 settings of a campaign of VICIdial: "
                )
            )
            let scenario = try workspace.text("s.yaml")
            for line in [
                "  vicidial:\n    method: tapered  # dial_method ADAPT_TAPERED\n",
                "    maxLevel: 2.8  # adaptive_maximum_level 2.8\n",
            ] {
                #expect(scenario.contains(line), "\(line)")
            }
            let fitted = await workspace.command(["fit", "FOLDER/calls.csv", "--quiet"])
            for part in ["answerProbability", "talk", "contacts"] {
                let line = fitted.stdout.split(separator: "\n").first { $0.contains("\(part):") }
                #expect(scenario.contains(line ?? "nothing"), "\(part)")
            }
            let valid = await workspace.command(["validate", "FOLDER/s.yaml"])
            #expect(valid.exitCode == 0 && !valid.stdout.contains("pacing is assumed"), "\(valid.stdout)")
        }
    }

    @Test("the page says which parts are settings of the dialer, and by which rule the scenario is judged")
    func page() async throws {
        let arguments = ["--pacing", "\(Self.samples)/vicidial.csv", "--out", "FOLDER/s.yaml"]
        try await fit(arguments + ["--report", "FOLDER/fit.html"]) { ended, workspace in
            #expect(ended.exitCode == 0, "\(ended.stderr)")
            let page = try workspace.text("fit.html")
            #expect(
                page.contains("the dialer&#39;s configuration says vicidial (method tapered"),
                "\(page.prefix(9000))"
            )
            let scenario = try workspace.text("s.yaml")
            #expect(scenario.contains("\ncompliance: [us-tsr]  # assumed"))
            let valid = await workspace.command(["validate", "FOLDER/s.yaml"])
            #expect(valid.exitCode == 0 && valid.stdout.contains("compliance is assumed"), "\(valid.stdout)")
        }
    }

    @Test(
        "the settings of every dialer fit",
        arguments: ["uccx.xml", "genesys.tf.json", "amazon-v2.json", "cxone.json", "five9.xml", "vicidial-api.txt"]
    )
    func others(_ file: String) async throws {
        try await fit(["--pacing", "\(Self.samples)/\(file)", "--json"]) { ended, workspace in
            #expect(ended.exitCode == 0 && ended.stderr.isEmpty, "\(ended.stderr)")
            let scenario = try #require(try JSONReader.read(ended.stdout)["scenario"]?.string)
            try scenario.write(toFile: "\(workspace.folder)/s.yaml", atomically: true, encoding: .utf8)
            #expect(await workspace.command(["validate", "FOLDER/s.yaml"]).exitCode == 0)
        }
    }

    @Test(
        "what is no configuration is refused before anything is fitted",
        arguments: [
            (["--pacing", "FOLDER/calls.csv"], "--pacing: FOLDER/calls.csv: the file has no header with dial_method"),
            (["--pacing", "FOLDER/nowhere"], "--pacing: FOLDER/nowhere: "),
            (["--campaign", "SPRING"], "--campaign says which campaign"),
            (["--pacing", "SAMPLES/vicidial.csv", "--campaign", "NONE"], "has no campaign \"NONE\""),
        ]
    )
    func refusals(_ arguments: [String], _ reason: String) async throws {
        try await fit(arguments.map { $0.replacing("SAMPLES", with: Self.samples) }) { ended, _ in
            #expect(ended.exitCode == 2 && ended.stdout.isEmpty)
            #expect(ended.stderr.contains(reason), "\(ended.stderr)")
        }
    }
}
