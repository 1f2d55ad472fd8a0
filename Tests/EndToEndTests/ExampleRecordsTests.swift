import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// The three commands of README, on the export in `Examples/records`.
@Suite("From an export to a calibrated pacing", .timeLimit(.minutes(15)))
struct ExampleRecordsTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The command lines in the block of a page that begins with `ringback fit`, each as its arguments.
    private static func commands(of page: String) throws -> [[String]] {
        let text = try String(contentsOf: root.appending(path: page), encoding: .utf8)
        return text.split(separator: "\n").filter { line in
            ["fit EXPORT", "backtest spring", "calibrate spring"].contains { line.hasPrefix("ringback \($0)") }
        }.map { $0.split(separator: " ").dropFirst().map(String.init) }
    }

    @Test func pagesGiveTheSameCommands() throws {
        let commands = try Self.commands(of: "README.md")
        #expect(commands.map(\.first) == ["fit", "backtest", "calibrate"])
        #expect(try Self.commands(of: "docs/VICIDIAL.md") == commands)
    }

    @Test func threeCommandsLeadToACalibratedPacing() async throws {
        try await Workspace.with { workspace in
            let folder = Self.root.appending(path: "Examples/records")
            for name in ["EXPORT_CALL_REPORT.txt.gz", "agent_log.txt.gz", "statuses.csv", "campaign.csv"] {
                let copy = URL(filePath: "\(workspace.folder)/\(name)")
                try FileManager.default.copyItem(at: folder.appending(path: name), to: copy)
            }
            for command in try Self.commands(of: "README.md") {
                let ended = try await workspace.run(command, limit: .seconds(500))
                #expect(ended.exitCode == 0, "\(command): \(ended.stdout)\(ended.stderr)")
            }
            let calibrated = try JSONReader.read(Array(workspace.text("calibrated/result.json").utf8))
            #expect(calibrated["recommended"]?.elements?.first?["policy"]?.string == "power")
            #expect(try await workspace.run(["validate", "spring.yaml"]).exitCode == 0)
            // The pages pass the browser, and hold no name, number or lead.
            for name in ["fit.html", "days.html", "spring.yaml"] {
                let text = try workspace.text(name)
                for canary in ["INVENTED", "3125500", "Agent 1", ">6001<"] {
                    #expect(!text.contains(canary), "\(canary)")
                }
            }
            let pages = ["fit.html", "days.html"].map { "\(workspace.folder)/\($0)" }
            guard let browsed = try await BrowserCheck.run(pages) else { return }
            #expect(browsed.exitCode == 0, "\(browsed.stdout)\(browsed.stderr)")
        }
    }

    /// The export is what the committed program makes of the committed centre, and stays small.
    @Test func theExportIsThatOfTheGenerator() async throws {
        try await Workspace.with { workspace in
            let script = Self.root.appending(path: "scripts/example_records.py").path
            let ended = try await Program(
                "/usr/bin/python3",
                [script, Program.ringback, workspace.folder],
                environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"],
                in: workspace.folder,
                limit: .seconds(120)
            ).finished()
            #expect(ended.exitCode == 0, "\(ended.stderr)")
            var size = 0
            for name in ["EXPORT_CALL_REPORT.txt.gz", "agent_log.txt.gz"] {
                let made = try Data(contentsOf: URL(filePath: "\(workspace.folder)/\(name)"))
                let kept = try Data(contentsOf: Self.root.appending(path: "Examples/records/\(name)"))
                size += kept.count
                #expect(made == kept, "\(name)")
            }
            #expect(size < 400_000)
        }
    }
}
