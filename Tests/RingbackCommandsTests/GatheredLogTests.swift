import ExactJSON
import Foundation
import RingbackTestKit
import Testing

@testable import RingbackCommands

/// `ringback audit report --store`: the verdicts of all machines, and the logs that can be seen.
@Suite(.timeLimit(.minutes(5)))
struct GatheredLogTests {
    @Test func theLogsOfTwoMachinesAreGatheredAndOneThatIsNotSeenIsNamed() async throws {
        let address = try await PostgresServer.shared().freshDatabase()
        try await Workspace.inMemory { workspace in
            try workspace.scenario()
            func command(_ home: String, _ words: [String]) async -> CommandRun {
                let variables = ["RINGBACK_DATABASE_URL": address, "RINGBACK_HOME": "\(workspace.folder)/\(home)"]
                return await workspace.command(words, environment: variables)
            }
            for home in ["c", "a", "b", "b"] {
                let ended = await command(home, ["run", "FOLDER/scenario.yaml"])
                #expect(ended.exitCode == 0, "\(ended.stderr)")
            }
            let database = String(address.split(separator: "/").last ?? "")
            // A log that has only simulations has no verdict of a run.
            try await PostgresServer.shared().run(
                ["UPDATE runs SET kind = 'simulate' WHERE rowID = (SELECT min(rowID) FROM runs)"],
                in: database
            )
            let own = await command("a", ["audit", "report", "--store"])
            #expect(own.exitCode == 0 && own.stdout.contains(/\s2 +- +not seen/), "\(own.stdout)")
            let other = ["audit", "report", "--store", "--dir", "FOLDER/b/audit", "--dir", "FOLDER/b/audit"]
            let both = await command("a", other + ["--json"])
            #expect(both.exitCode == 0, "\(both.stderr)")
            let document = try JSONReader.read(Array(both.stdout.utf8))
            #expect(document["logs"]?.elements?.map { $0["confirmed"]?.integer } == [1, 2])
            #expect(document["unseen"] == [] && document["runsWithoutLog"] == 0)
            #expect(try SchemaCheck("audit-report").problems(of: document).isEmpty)
            // A store that was changed by hand says another verdict than the log.
            try await PostgresServer.shared().run(
                ["UPDATE runs SET verdict = 'fail' WHERE rowID = (SELECT max(rowID) FROM runs)"],
                in: database
            )
            let changed = await command("a", other)
            #expect(changed.exitCode == 2 && changed.stdout.contains("lacks the verdicts that the store has of 1 run"))
            // A log that was not seen is named after its runs were removed, too.
            let pruned = await command("a", ["runs", "prune", "--keep", "1"])
            #expect(pruned.exitCode == 0 && pruned.stdout.hasSuffix(", 1 folder\n"), "\(pruned.stdout)\(pruned.stderr)")
            let late = await command("a", ["audit", "report", "--store"])
            #expect(
                late.exitCode == 0 && late.stdout.contains(/\s1 +- +not seen, and 1 run ever removed:/),
                "\(late.stdout)"
            )
            let rest = try JSONReader.read(
                Array(await command("a", ["audit", "report", "--store", "--dir", "FOLDER/b", "--json"]).stdout.utf8)
            )
            #expect(rest["unseen"] == [] && rest["logs"]?.elements?.count == 2, "\(rest)")
        }
    }

    @Test func anotherFolderNeedsTheStore() async throws {
        try await Workspace.inMemory { workspace in
            let ended = await workspace.command(["audit", "report", "--dir", "x"])
            #expect(ended.exitCode == 2 && ended.stderr.contains("--dir needs --store"))
        }
    }
}
