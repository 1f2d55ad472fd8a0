import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// The files of `run --out`, if the run is refused: they speak of this run, whatever stood there before.
@Suite(.timeLimit(.minutes(5)))
struct RefusedOutputTests {
    private static let names = ["result.json", "junit.xml", "report.html", "events.jsonl"]

    /// Command lines, and a part of the reason.
    static let refused: [(arguments: [String], says: String)] = [
        (["FOLDER/nowhere.yaml", "--out", "FOLDER/out"], "[file.unreadable]"),
        (["FOLDER/broken.yaml", "--out", "FOLDER/out"], "[max_calls.range]"),
        (["FOLDER/broken.yaml", "--out=FOLDER/out", "--json"], "[max_calls.range]"),
        (["FOLDER/scenario.yaml", "--out", "FOLDER/out", "--set", "simulation.maxCalls=0"], "[max_calls.range]"),
        (["FOLDER/scenario.yaml", "--out", "FOLDER/out", "--target", "cxone"], "CXONE_CLIENT_ID"),
        (["FOLDER/scenario.yaml", "--out", "FOLDER/out", "--profile", "sandbax"], "profile.unknown"),
        (["FOLDER/scenario.yaml", "--out", "FOLDER/out", "--timeout", "soon"], "soon"),
        (["--timeout", "0", "--out", "FOLDER/out", "FOLDER/scenario.yaml"], "--timeout"),
        (["--out", "FOLDER/out"], "name a scenario"),
        (["--out", "FOLDER/out", "--resume", "01M8NOSUCHRUN"], "there is no run"),
        (["FOLDER/scenario.yaml", "--out", "FOLDER/out", "--fast"], "--fast"),
        (["FOLDER/scenario.yaml", "--out", "FOLDER/out", "--anchor", "monitor:nobody"], "no monitor nobody"),
    ]

    @Test(arguments: refused, [true, false])
    func theFilesSayThatTheRunWasRefused(_ test: (arguments: [String], says: String), isNew: Bool) async throws {
        try await Workspace.inMemory { workspace in
            try workspace.scenario(calls: 0)
            try FileManager.default.moveItem(
                atPath: "\(workspace.folder)/scenario.yaml",
                toPath: "\(workspace.folder)/broken.yaml"
            )
            try workspace.scenario()
            if !isNew {
                try FileManager.default.createDirectory(atPath: workspace.out, withIntermediateDirectories: true)
                for name in Self.names + ["notes.txt"] {
                    try "yesterday".write(toFile: "\(workspace.out)/\(name)", atomically: true, encoding: .utf8)
                }
            }
            let ended = await workspace.command(["run"] + test.arguments)
            #expect(ended.exitCode == 2, "\(ended.stderr)")
            let junit = try workspace.text("\(workspace.out)/junit.xml")
            #expect(junit.components(separatedBy: "<error").count == 2 && junit.contains(#"errors="1""#), "\(junit)")
            let result = try workspace.result()
            let reason = try #require(result["ending"]?["reason"]?.string)
            #expect(reason.contains(test.says), "\(reason)")
            #expect(result["verdict"]?.string == "fail" && result["exitCode"]?.integer == 2)
            let left = try FileManager.default.contentsOfDirectory(atPath: workspace.out).sorted()
            #expect(left == ["junit.xml"] + (isNew ? [] : ["notes.txt"]) + ["result.json"])
        }
    }

    @Test(arguments: [["run", "--help", "--out", "FOLDER/out"], ["validate", "FOLDER/nowhere.yaml"], ["--version"]])
    func otherCommandLinesLeaveNothing(_ arguments: [String]) async throws {
        try await Workspace.inMemory { workspace in
            _ = await workspace.command(arguments)
            #expect(!FileManager.default.fileExists(atPath: workspace.out))
        }
    }

    @Test func aFolderThatCannotBeWrittenIsWarnedOf() async throws {
        try await Workspace.inMemory { workspace in
            try workspace.scenario()
            let ended = await workspace.command(["run", "FOLDER/nowhere.yaml", "--out", "FOLDER/scenario.yaml"])
            #expect(ended.exitCode == 2)
            #expect(ended.stderr.contains("do not speak of this run"), "\(ended.stderr)")
        }
    }
}
