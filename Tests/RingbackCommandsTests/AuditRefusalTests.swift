import RingbackTestKit
import Testing

/// Commands of the audit log that have no log to read.
@Suite(.timeLimit(.minutes(5)))
struct AuditRefusalTests {
    /// `audit verify` exits with 1 if it could not run, since 2 means tampered.
    @Test(arguments: [
        ["FOLDER/none"], ["FOLDER"], ["--nonsense"], ["FOLDER", "--key", "/dev/null"],
        ["FOLDER", "--checkpoint", "/dev/null"],
    ]) func anAuditThatCannotRunExitsWith1(_ arguments: [String]) async throws {
        try await Workspace.inMemory { workspace in
            try workspace.scenario()
            let ended = await workspace.command(["audit", "verify"] + arguments)
            #expect(ended.exitCode == 1 && !ended.stderr.isEmpty && ended.stdout.isEmpty)
        }
    }

    @Test(arguments: [["show"], ["export"], ["export", "--format", "csv"], ["report"], ["checkpoint"], ["prove"]])
    func aFolderWithoutALogIsRefused(_ command: [String]) async throws {
        try await Workspace.inMemory { workspace in
            try workspace.scenario()
            for (folder, reason) in [("FOLDER", "audit log"), ("FOLDER/none", "No such file")] {
                let ended = await workspace.command(
                    ["audit"] + command + [folder] + (command == ["prove"] ? ["1"] : [])
                )
                #expect(ended.exitCode == 2 && ended.stdout.isEmpty, "\(ended.stdout)")
                #expect(ended.stderr.contains(reason), "\(ended.stderr)")
            }
        }
    }
}
