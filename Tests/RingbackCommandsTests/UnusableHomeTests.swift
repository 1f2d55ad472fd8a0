import Foundation
import RingbackTestKit
import Testing

/// Homes that no command can use: which one, and what to do.
@Suite(.timeLimit(.minutes(5)))
struct UnusableHomeTests {
    private static let run = ["run", "FOLDER/scenario.yaml"]

    /// A database that is a folder, and one of other bytes; each command, and each state with its own words.
    @Test(
        arguments: [["inbox", "list"], ["deliveries", "list"], ["slots", "list"], ["doctor"], run],
        [true, false]
    )
    func aDatabaseThatCannotBeUsedIsToldInOurWords(_ command: [String], isFolder: Bool) async throws {
        try await Workspace.inMemory { workspace in
            try workspace.scenario()
            let path = "\(workspace.home)/ringback.sqlite"
            let files = FileManager.default
            try files.createDirectory(atPath: isFolder ? path : workspace.home, withIntermediateDirectories: true)
            if !isFolder { try Data(repeating: 0x41, count: 5000).write(to: URL(filePath: path)) }
            let ended = await workspace.command(command, environment: ["COLUMNS": "200"])
            let text = ended.stdout + ended.stderr
            #expect(ended.exitCode == (command == ["doctor"] ? 1 : 2), "\(text)")
            let reason = isFolder ? "cannot be opened" : "is not a database of SQLite"
            let open = "cannot open FOLDER/home/ringback.sqlite: Is a directory"
            #expect(
                text.contains("the database FOLDER/home/ringback.sqlite \(reason)") || text.contains(open),
                "\(text)"
            )
            #expect(!text.contains("SQLite error"), "\(text)")
        }
    }

    @Test(arguments: [
        ["run", "FOLDER/scenario.yaml"], ["run", "--resume", "X"], ["serve", "--listen", "127.0.0.1:0"], ["doctor"],
    ])
    func aHomeWhosePathIsTooLongForSQLiteIsNamed(_ command: [String]) async throws {
        try await Workspace.inMemory { workspace in
            try workspace.scenario()
            let home = workspace.folder + String(repeating: "/" + String(repeating: "d", count: 200), count: 3)
            let ended = await workspace.command(command + ["--home", home], environment: ["COLUMNS": "9999"])
            #expect(ended.exitCode == (command == ["doctor"] ? 1 : 2), "\(ended.stderr)")
            let path = home + "/ringback.sqlite"
            let words =
                "the path \(path.replacing(workspace.folder, with: "FOLDER")) is \(path.utf8.count) bytes long, and "
                + "SQLite takes 504 at most; choose a shorter home with --home or RINGBACK_HOME"
            #expect((ended.stdout + ended.stderr).contains(words), "\(ended.stdout)\(ended.stderr)")
        }
    }
}
