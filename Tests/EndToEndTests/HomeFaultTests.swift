import Foundation
import RingbackTestKit
import Testing

/// A home that cannot be used: every command says so, says what to do, and ends with the code for what is local.
@Suite(.timeLimit(.minutes(15)))
struct HomeFaultTests {
    /// What is wrong with a home.
    enum Fault: String, CaseIterable {
        case homeIsAFile, databaseIsNone, databaseIsAFolder, databaseIsNewer, auditIsAFile, locksAreAFile
    }

    static let writing = [
        ["run", "scenario.yaml"], ["inbox", "replay", "--all"], ["deliveries", "replay", "--all-dead"],
        ["slots", "release", "RUN"], ["serve", "--listen", "127.0.0.1:0"],
    ]
    static let reading = [
        ["inbox", "list"], ["inbox", "show", "msg"], ["deliveries", "list"], ["deliveries", "show", "1"],
        ["slots", "list"], ["run", "--resume", "01JD8Z9N7M4T2V6X8Y0ZABCDEF"],
    ]
    static let audit = [
        ["audit", "checkpoint"], ["audit", "prove", "1"], ["audit", "show"], ["audit", "export"], ["audit", "report"],
        ["audit", "rotate-key"], ["audit", "forget", "alice"],
    ]

    /// The commands that a fault concerns, and what each says of it.
    static let rows: [(Fault, [[String]], String)] = [
        (.homeIsAFile, writing + reading + audit, "HOME[^:]*: Not a directory; look at the home, or choose another"),
        (
            .databaseIsNone, writing + reading,
            "the database HOME/ringback.sqlite is not a database of SQLite; move it .* or choose another home with --home"
        ),
        (
            .databaseIsAFolder, writing + reading,
            "HOME/ringback.sqlite(: Is a directory; look at the home,| cannot be opened; look at .*,) or choose another"
        ),
        (.databaseIsNewer, writing + reading, "the database has format 99, this version writes [0-9]+; use the newer"),
        (.auditIsAFile, writing + audit, "HOME/audit: Not a directory; look at the home, or choose another"),
        (
            .locksAreAFile, [writing[0], writing[2], writing[4]],
            "HOME/locks: Not a directory; look at the home, or choose another"
        ),
    ]

    @Test(arguments: rows) func everyCommandEndsWithTwo(_ fault: Fault, _ commands: [[String]], _ says: String)
        async throws
    {
        try await Workspace.with { workspace in
            try workspace.scenario()
            if fault != .homeIsAFile { #expect(try await workspace.run(["run", "scenario.yaml"]).exitCode == 0) }
            try Self.make(fault, in: workspace.home)
            let pattern = try Regex(
                says.replacing("HOME", with: NSRegularExpression.escapedPattern(for: workspace.home))
            )
            for command in commands {
                let ended = try await workspace.run(command)
                #expect(ended.exitCode == 2, "\(command): \(ended.exitCode) \(ended.stderr)")
                #expect(ended.stderr.firstMatch(of: pattern) != nil, "\(command): \(ended.exitCode) \(ended.stderr)")
                #expect(ended.stderr.hasPrefix("ringback: ") && !ended.stderr.contains("SQLite error"), "\(command)")
                #expect(ended.stderr.ranges(of: "--home").count <= 1, "\(command): \(ended.exitCode) \(ended.stderr)")
            }
        }
    }

    private static func make(_ fault: Fault, in home: String) throws {
        let files = FileManager.default
        func replace(_ name: String, with text: String) throws {
            if files.fileExists(atPath: name) { try files.removeItem(atPath: name) }
            try text.write(toFile: name, atomically: false, encoding: .utf8)
        }
        let database = "\(home)/ringback.sqlite"
        func removeLogs() throws {
            for end in ["-wal", "-shm"] where files.fileExists(atPath: database + end) {
                try files.removeItem(atPath: database + end)
            }
        }
        switch fault {
        case .homeIsAFile: try replace(home, with: "no folder")
        case .auditIsAFile: try replace("\(home)/audit", with: "no folder")
        case .locksAreAFile: try replace("\(home)/locks", with: "no folder")
        case .databaseIsNone:
            try removeLogs()
            try replace(database, with: String(repeating: "no database ", count: 1000))
        case .databaseIsAFolder:
            try removeLogs()
            try files.removeItem(atPath: database)
            try files.createDirectory(atPath: database, withIntermediateDirectories: false)
        case .databaseIsNewer:
            try removeLogs()
            // The format is in the header (user_version, at byte 60).
            let file = try FileHandle(forUpdating: URL(filePath: database))
            try file.seek(toOffset: 60)
            try file.write(contentsOf: Data([0, 0, 0, 99]))
            try file.close()
        }
    }
}
