import ExactJSON
import RingbackTestKit
import Testing

/// `ringback store move` that is killed at each of its steps, and is then run again.
@Suite(.timeLimit(.minutes(15)))
struct StoreMoveKillTests {
    private static let points = [
        "store-move-copying", "store-move-committed", "store-move-copied", "store-move-emptied",
    ]

    @Test(arguments: points) func nothingIsLostAndNothingIsMovedTwice(_ point: String) async throws {
        let address = try await PostgresServer.shared().freshDatabase()
        try await Workspace.with { workspace in
            let monitor = "monitors: [{name: qa, url: \"http://127.0.0.1:1/\", allow: [127.0.0.1], schedule: standard}]"
            try workspace.scenario(calls: 5, extra: monitor)
            _ = try await workspace.run(["run", "scenario.yaml", "--drain", "100ms"])
            let pendings = ["deliveries", "list", "--state", "pending", "--json"]
            let lists = [["runs", "list", "--json"], ["inbox", "list", "--json"], pendings]
            func counts(_ variables: [String: String] = [:]) async throws -> [Int?] {
                var counts: [Int?] = []
                for list in lists {
                    let text = try await workspace.run(list, environment: variables).stdout
                    counts.append(try JSONReader.read(Array(text.utf8))["items"]?.elements?.count)
                }
                return counts
            }
            let before = try await counts()
            #expect(before.allSatisfy { $0 ?? 0 > 0 })
            let shared = ["RINGBACK_DATABASE_URL": address]
            let killed = try await workspace.run(
                ["store", "move"],
                environment: shared.merging(["RINGBACK_CRASH_AT": point]) { $1 }
            )
            #expect(killed.exitCode != 0)
            // Whatever point it was, the home is not used until the move is finished.
            let local = try await workspace.run(["run", "scenario.yaml"])
            #expect(local.exitCode == 2 && local.stderr.contains("to a shared store was broken off"), "\(local.stderr)")
            let service = try await workspace.run(["runs", "prune", "--keep", "9"], environment: shared)
            #expect(service.exitCode == 2, "\(service.stderr)")
            let again = try await workspace.run(["store", "move"], environment: shared)
            #expect(again.exitCode == 0, "\(again.stderr)")
            #expect(try await counts(shared) == before)
            #expect(
                try await workspace.run(["store", "move"], environment: shared).stdout.hasSuffix(
                    "has nothing to move\n"
                )
            )
            #expect(try await workspace.run(["runs", "prune", "--keep", "9"], environment: shared).exitCode == 0)
        }
    }
}
