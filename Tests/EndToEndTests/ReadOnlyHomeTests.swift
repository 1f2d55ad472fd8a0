import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// Lists of a home that the reader may not write, with the rules of the system itself.
@Suite(.timeLimit(.minutes(15)))
struct ReadOnlyHomeTests {
    private static let lists = [["inbox", "list"], ["deliveries", "list"], ["slots", "list"]]

    private static func expectLists(of workspace: Workspace, after words: [String]) async throws {
        for list in lists {
            let ended = try await workspace.run(list + ["--json"], after: words)
            #expect(ended.exitCode == 0 && ended.stderr == "", "\(list): \(ended.stderr)")
            let count = try JSONReader.read(Array(ended.stdout.utf8)).elementCount
            #expect(list[0] == "inbox" ? count > 0 : count >= -1, "\(list): \(ended.stdout)")
        }
    }

    /// While a service has the database open, and after it has ended.
    @Test(.enabled(if: Account.mountsReadOnly, "only root may mount"), arguments: [true, false])
    func aMountedHomeIsRead(_ isServed: Bool) async throws {
        try await Workspace.with { workspace in
            let service = try await RunningService(workspace, [], [:])
            let event =
                #"{"simulationId":"s","callId":"c","state":"ringing","timestamp":"2026-11-01T00:00:00.000Z","durationMs":5}"#
            #expect(try await service.send(event, id: "msg_1", secret: nil).status == 200)
            if !isServed { _ = await service.stop() }
            let words = Account.readOnly(workspace.home)
            let touch = Array(words.dropFirst()) + ["/usr/bin/touch", "\(workspace.home)/x"]
            let written = try await Program(
                words[0],
                touch,
                environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"],
                in: workspace.folder
            ).finished()
            #expect(written.exitCode != 0 && written.stderr.contains("Read-only"), "\(written.stderr)")
            try await Self.expectLists(of: workspace, after: words)
            if isServed { _ = await service.stop() }
        }
    }

    /// Folders that may be entered and files that may be read, nothing more.
    @Test(.enabled(if: Account.ordinary != nil, "an ordinary account cannot reach the program"))
    func aHomeOfAnotherAccountIsRead() async throws {
        let words = try #require(Account.ordinary)
        try await Workspace.with { workspace in
            try workspace.scenario()
            #expect(try await workspace.run(["run", "scenario.yaml"]).exitCode == 0)
            func setModes(_ folders: Int, _ files: Int) throws {
                let names = try FileManager.default.subpathsOfDirectory(atPath: workspace.home)
                for path in [workspace.home] + names.map({ "\(workspace.home)/\($0)" }) {
                    var isFolder: ObjCBool = false
                    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
                    let mode = NSNumber(value: isFolder.boolValue ? folders : files)
                    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
                }
            }
            try setModes(0o555, 0o444)
            defer { try? setModes(0o755, 0o644) }
            try await Self.expectLists(of: workspace, after: words)
        }
    }
}
