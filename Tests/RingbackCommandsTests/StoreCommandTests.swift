import ExactJSON
import RingbackHome
import RingbackTestKit
import Testing

@testable import RingbackCommands

/// `ringback store` and what `doctor` says of the database that machines share.
@Suite(.timeLimit(.minutes(5)))
struct StoreCommandTests {
    private static func with(
        _ body: (Workspace, _ command: ([String]) async -> CommandRun, _ address: String) async throws -> Void
    ) async throws {
        let address = try await PostgresServer.shared().freshDatabase()
        try await Workspace.inMemory { workspace in
            try workspace.scenario()
            let command = { (words: [String]) in
                await SharedDatabase.$patience.withValue(.milliseconds(200)) {
                    await workspace.command(words, environment: ["RINGBACK_DATABASE_URL": address, "COLUMNS": "300"])
                }
            }
            try await body(workspace, command, address)
        }
    }

    @Test func theTablesAreMadeOnce() async throws {
        try await Self.with { _, command, _ in
            #expect(await command(["runs", "list"]).stderr.contains("\"ringback store migrate\" makes them"))
            let made = await command(["store", "migrate"])
            #expect(
                made.exitCode == 0 && made.stdout == "the tables were made in the schema public, in version 3\n",
                "\(made.stderr)"
            )
            let again = await command(["store", "migrate"])
            #expect(again.stdout == "the tables in the schema public have version 3 and stay as they are\n")
            let document = try JSONReader.read(Array(await command(["store", "migrate", "--json"]).stdout.utf8))
            #expect(document == ["version": 1, "from": 3, "to": 3, "schema": "public", "otherSchemas": []])
            #expect(try SchemaCheck("store-migrate").problems(of: document).isEmpty)
            #expect(await command(["runs", "list"]).stdout == "no run matches\n")
        }
    }

    /// A database that was restored lacks the settings of its roles: nothing is made beside what is there without a word.
    @Test func tablesInAnotherSchemaAreTold() async throws {
        try await Self.with { _, command, address in
            let (server, name) = (try await PostgresServer.shared(), String(address.split(separator: "/").last ?? ""))
            try await server.run(["CREATE SCHEMA ring", "CREATE TABLE ring.ringbackSchema(version bigint)"], in: name)
            let words =
                "the schema ring of this database has tables of Ringback: to use those, set the search_path of the role"
            #expect(await command(["runs", "list"]).stderr.contains(words))
            let looked = await command(["doctor"]).stdout
            #expect(
                looked.contains("no tables yet; ") && looked.contains("the schema ring has some already"),
                "\(looked)"
            )
            let made = await command(["store", "migrate", "--json"])
            #expect(
                made.exitCode == 0
                    && made.stderr.contains("the schema ring of this database has tables of Ringback too")
            )
            let document = try JSONReader.read(Array(made.stdout.utf8))
            #expect(document["schema"] == "public" && document["otherSchemas"] == ["ring"])
            #expect(try SchemaCheck("store-migrate").problems(of: document).isEmpty)
            // A command that makes the tables by itself says so too.
            try await server.run(["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"], in: name)
            let token = await command(["token", "create", "--name", "ci", "--role", "viewer"])
            #expect(
                token.exitCode == 0 && token.stderr.contains("tables were made in the schema public"),
                "\(token.stderr)"
            )
        }
    }

    /// The first command that writes changes tables of an older version, whose rows stay.
    @Test(arguments: [["store", "migrate"], ["runs", "prune", "--keep", "9"]])
    func tablesOfTheVersionBeforeAreBroughtUpToDate(_ first: [String]) async throws {
        try await Self.with { _, command, address in
            #expect(await command(["token", "create", "--name", "ci", "--role", "viewer"]).exitCode == 0)
            let server = try await PostgresServer.shared()
            let name = String(address.split(separator: "/").last ?? "")
            let back = ["DROP TABLE prunedRuns, prunedVerdicts", "UPDATE ringbackSchema SET version = 1, oldest = 1"]
            try await server.run(back, in: name)
            let done = await command(first)
            #expect(done.exitCode == 0, "\(done.stderr)")
            if first == ["store", "migrate"] {
                #expect(done.stdout == "the tables in the schema public were changed from version 1 to 3\n")
            }
            #expect(await command(["token", "list"]).stdout.contains("ci"))
            #expect(
                await command(["store", "migrate"]).stdout
                    == "the tables in the schema public have version 3 and stay as they are\n"
            )
        }
    }

    @Test(arguments: [["store", "migrate"], ["store", "move"], ["store", "move", "--dry-run"]])
    func withoutTheVariableNothingIsDone(_ words: [String]) async throws {
        try await Workspace.inMemory { workspace in
            let ended = await workspace.command(words)
            #expect(ended.exitCode == 2 && ended.stderr.contains("RINGBACK_DATABASE_URL is not set"), "\(ended.stderr)")
        }
    }

    @Test func aHomeIsMovedWithItsRunsAndTokens() async throws {
        try await Self.with { workspace, command, _ in
            #expect(await workspace.command(["run", "FOLDER/scenario.yaml"]).exitCode == 0)
            #expect(await workspace.command(["token", "create", "--name", "ci", "--role", "viewer"]).exitCode == 0)
            let before = await workspace.command(["runs", "list", "--json"]).stdout
            let rehearsal = await command(["store", "move", "--dry-run"])
            #expect(rehearsal.stdout.hasPrefix("would move 1 run, "), "\(rehearsal.stdout)\(rehearsal.stderr)")
            let moved = await command(["store", "move", "--json"])
            #expect(moved.exitCode == 0, "\(moved.stderr)")
            let document = try JSONReader.read(Array(moved.stdout.utf8))
            #expect(document["runs"] == 1 && document["tokens"] == 1 && document["dryRun"] == false)
            #expect(try SchemaCheck("store-move").problems(of: document).isEmpty)
            #expect(await command(["runs", "list", "--json"]).stdout == before)
            #expect(await command(["token", "list"]).stdout.contains("ci"))
            #expect(await workspace.command(["runs", "list"]).stdout == "no run matches\n")
            let again = await command(["store", "move"])
            #expect(again.exitCode == 0 && again.stdout.hasSuffix("has nothing to move\n"))
            let log = await command(["audit", "show", "--type", "moved", "--json"])
            let entries = try JSONReader.read(Array(log.stdout.utf8))["entries"]?.elements
            #expect(entries?.count == 1 && entries?.first?["payload"]?["runs"] == 1, "\(log.stdout)")
        }
    }

    /// Commands that write refuse a home whose own database still has work; those that read go on.
    @Test func aHomeWithWorkIsRefusedByCommandsThatWrite() async throws {
        try await Self.with { workspace, command, _ in
            let monitors =
                "monitors: [{name: qa, url: \"http://127.0.0.1:1/\", allow: [127.0.0.1], schedule: standard}]"
            try workspace.scenario(calls: 3, extra: monitors)
            _ = await workspace.command(["run", "FOLDER/scenario.yaml", "--drain", "100ms"])
            #expect(await command(["store", "migrate"]).exitCode == 0)
            let words = [
                ["run", "FOLDER/scenario.yaml"], ["serve", "--listen", "127.0.0.1:0"],
                ["runs", "prune", "--keep", "0"],
                ["deliveries", "replay", "--all-dead"], ["token", "create", "--name", "a", "--role", "viewer"],
            ]
            for words in words {
                let ended = await command(words)
                #expect(ended.exitCode == 2, "\(words)")
                #expect(
                    ended.stderr.contains("pending deliveries and 0 unfinished runs in its own database"),
                    "\(ended.stderr)"
                )
                #expect(ended.stderr.contains("\"ringback store move\" moves them, --leave-local leaves them there"))
            }
            #expect(await command(["runs", "list"]).exitCode == 0)
            let doctor = await command(["doctor"])
            #expect(doctor.exitCode == 2 && doctor.stdout.contains("in the home's own database, which is left out"))
            #expect(
                await command(["token", "create", "--name", "a", "--role", "viewer", "--leave-local"]).exitCode == 0
            )
            let moved = await command(["store", "move"])
            #expect(moved.exitCode == 0, "\(moved.stderr)")
            #expect(await command(["runs", "prune", "--keep", "0"]).stdout.contains("whose deliveries are pending"))
            #expect(await command(["doctor"]).exitCode == 0)
        }
    }

    @Test func theDoctorLooksAtTheDatabase() async throws {
        try await Self.with { workspace, command, address in
            let empty = await command(["doctor"])
            #expect(
                empty.exitCode == 0 && empty.stdout.contains("no tables yet; the first service makes them"),
                "\(empty.stdout)"
            )
            #expect(await command(["store", "migrate"]).exitCode == 0)
            let sound = await command(["doctor"])
            let words =
                /✓ database +PostgreSQL 1[5-9]\.[0-9]+ as ringback in the schema public, tables in version 3, [0-9.]+ ms away/
            #expect(sound.stdout.contains(words), "\(sound.stdout)")
            for (address, code, words) in [
                ("postgresql://127.0.0.1:1/d", 3 as Int32, "Connection refused"),
                (address + "x", 2, "make it with CREATE DATABASE"), ("d", 2, "does not begin with"),
            ] {
                let ended = await workspace.command(
                    ["doctor", "--json"],
                    environment: ["RINGBACK_DATABASE_URL": address]
                )
                #expect(ended.exitCode == code, "\(ended.stdout)")
                let checks = try JSONReader.read(Array(ended.stdout.utf8))["checks"]?.elements
                let check = checks?.first { $0["name"] == "database" }
                #expect(
                    check?["status"] == "failure" && check?["detail"]?.string?.contains(words) == true,
                    "\(ended.stdout)"
                )
            }
        }
    }
}
