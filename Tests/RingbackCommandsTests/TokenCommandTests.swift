import ExactJSON
import RingbackTestKit
import Testing

@testable import RingbackCommands

/// `ringback token`: making, listing and revoking.
@Suite(.timeLimit(.minutes(5)))
struct TokenCommandTests {
    @Test func aTokenIsPrintedOnceAndItsDigestIsKept() async throws {
        try await Workspace.inMemory { workspace in
            let made = await workspace.command(["token", "create", "--name", "ci", "--role", "operator"])
            #expect(made.exitCode == 0)
            let token = made.stdout.dropLast()
            #expect(made.stdout.wholeMatch(of: /rbk_[A-Za-z0-9_-]{43}\n/) != nil)
            #expect(made.stderr.contains("the token ci (operator) is shown this once"))
            let list = await workspace.command(["token", "list", "--json"])
            #expect(list.exitCode == 0 && !list.stdout.contains(token))
            let item = try JSONReader.read(Array(list.stdout.utf8))["items"]?.elements?.first
            #expect(item?["name"] == "ci" && item?["role"] == "operator")
            let table = await workspace.command(["token", "list"])
            #expect(table.stdout.hasPrefix("NAME") && table.stdout.contains("ci"))
            let log = await workspace.command(["audit", "show", "--type", "token", "--json"])
            #expect(log.stdout.contains(#""result":"created""#) && !log.stdout.contains(token))
            let again = await workspace.command(["token", "create", "--name", "ci", "--role", "viewer"])
            #expect(again.exitCode == 2 && again.stdout.isEmpty)
            #expect(again.stderr.contains("a token ci is in use; \"ringback token revoke ci\" ends it"))
            let gone = await workspace.command(["token", "revoke", "ci"])
            #expect(gone.exitCode == 0 && gone.stdout.contains("the token ci is revoked"))
            #expect(await workspace.command(["token", "revoke", "ci"]).exitCode == 2)
            #expect(await workspace.command(["token"]).stdout.contains("there is no token"))
            #expect(await workspace.command(["token", "create", "--name", "ci", "--role", "viewer"]).exitCode == 0)
        }
    }

    @Test(arguments: [
        (["--name", "a b", "--role", "viewer"], "--name: a name has 1 to 64 characters"),
        (["--name", "RINGBACK_API_TOKEN", "--role", "viewer"], "is the name of the token of that variable"),
        (["--name", "ci", "--role", "owner"], "operator"), (["--name", "ci"], "--role"),
        (["--role", "viewer"], "--name"),
    ])
    func aWrongCommandLineMakesNoToken(_ arguments: [String], _ words: String) async throws {
        try await Workspace.inMemory { workspace in
            let ended = await workspace.command(["token", "create"] + arguments)
            #expect(ended.exitCode == 2 && ended.stdout.isEmpty)
            #expect(ended.stderr.contains(words), "\(ended.stderr)")
        }
    }

    @Test func aHomeWithoutADatabaseHasNoTokens() async throws {
        try await Workspace.inMemory { workspace in
            for arguments in [["token", "list"], ["token", "revoke", "ci"]] {
                let ended = await workspace.command(arguments)
                #expect(ended.exitCode == 2 && ended.stderr.contains("there is no database in"))
            }
        }
    }
}
