import ExactJSON
import GRDB
import RingbackHome
import RingbackTestKit
import Testing

@testable import RunStore

/// The history of runs, and removing old ones.
@Suite(.timeLimit(.minutes(5)))
struct HistoryTests {
    private static func add(
        _ id: String,
        _ kind: StoredRun.Kind = .simulate,
        scenario: String = "spring",
        exitCode: Int32 = 0,
        at milliseconds: Int64 = 0,
        to store: RunStore
    ) async throws {
        try await store.insertEnded(
            kind,
            id: id,
            scenario: scenario,
            ended: (exitCode == 0 ? .passed : .failed, exitCode == 0 ? "pass" : "fail", exitCode),
            folder: "/tmp/\(id)",
            startedAt: Timestamp(milliseconds: milliseconds),
            finishedAt: Timestamp(milliseconds: milliseconds + 5),
            document: Array("{\"id\":\"\(id)\"}".utf8)
        )
    }

    @Test func theLastPassHasTheCommandTheScenarioAndExitCode0() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try await RunStore.with(home) { store in
                try await Self.add("a", to: store)
                try await Self.add("b", scenario: "autumn", to: store)
                try await Self.add("c", .calibrate, to: store)
                try await Self.add("d", exitCode: 1, to: store)
                try await Self.add("e", exitCode: 6, to: store)
            }
            let reader = HomeReader(home)
            let last = try #require(try await reader.lastPass(.simulate, scenario: "spring"))
            #expect(last.id == "a")
            #expect(try await reader.document(of: last) == Array(#"{"id":"a"}"#.utf8))
            #expect(try await reader.lastPass(.run, scenario: "spring") == nil)
            var query = HistoryQuery()
            #expect(try await reader.runs(query).map(\.id) == ["e", "d", "c", "b", "a"])
            (query.state, query.limit) = (.failed, 1)
            #expect(try await reader.runs(query).map(\.id) == ["e"])
            query = HistoryQuery()
            query.scenario = "autumn"
            #expect(try await reader.runs(query).map(\.id) == ["b"])
        }
    }

    /// A home of the version before has its runs still, also where only reading is possible.
    @Test func aHomeOfTheFormatBeforeIsRead() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            _ = try await RunStore.with(home) { try await StoreFixture.addRun("old", to: $0) }
            try await DatabaseQueue(path: home.databasePath).write { database in
                try database.execute(
                    sql: """
                        DROP TABLE runDocuments; DROP INDEX runHistory; ALTER TABLE runs DROP COLUMN kind;
                        ALTER TABLE runs DROP COLUMN verdict; ALTER TABLE runs DROP COLUMN folder;
                        DELETE FROM grdb_migrations WHERE identifier = '7'; PRAGMA user_version = 6
                        """
                )
            }
            let reader = HomeReader(home)
            let run = try #require(try await reader.run(id: "old"))
            #expect(run.kind == .run && run.folder == nil)
            #expect(try await reader.document(of: run) == nil)
            #expect(try await reader.lastPass(.simulate, scenario: run.scenario) == nil)
            let migrated = try await RunStore.with(home) { try await $0.run(id: "old") }
            #expect(migrated?.kind == .run)
        }
    }

    @Test func oldRunsAreSelectedByAgeOrNumber() async throws {
        try await TemporaryFolder.with { folder in
            try await RunStore.with(try Home(path: folder)) { store in
                for number in 1...4 { try await Self.add("run-\(number)", at: Int64(number) * 1000, to: store) }
                _ = try await StoreFixture.addRun("going-on", to: store)
                let old = try await store.prunable(.endedBefore(Timestamp(milliseconds: 3000)))
                #expect(old.map(\.id) == ["run-1", "run-2"])
                // The run that goes on is one of the newest three.
                #expect(try await store.prunable(.keepingNewest(3)).map(\.id) == ["run-1", "run-2"])
                #expect(try await store.prunable(.keepingNewest(0)).count == 4)
                try await store.queue(pool: "p", runID: "run-1", tag: "", wireTag: "")
                #expect(try await store.prunable(.keepingNewest(3)).map(\.id) == ["run-2"])
            }
        }
    }

    /// More rows than one transaction takes; the rows of other runs stay.
    @Test func aRunIsRemovedInPortions() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            try await RunStore.with(home) { store in
                let (large, small) = (
                    try await StoreFixture.addRun("large", to: store), try await StoreFixture.addRun("small", to: store)
                )
                try await store.write { database in
                    for owner in [large, small] {
                        try database.execute(
                            "INSERT INTO monitors(rowID, owner, name, definition) VALUES(?1, ?1, 'qa', '{}')",
                            [owner]
                        )
                    }
                    try database.execute(
                        """
                        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4500)
                        INSERT INTO webhooks(owner, source, webhookId, receivedAt, simulationId, callId, digest, body)
                          SELECT CASE WHEN i <= 4400 THEN ?1 ELSE ?2 END, '', 'w' || i, 0, 's', 'c' || i, x'', x'' FROM n;
                        """,
                        [large, small]
                    )
                    try database.execute(
                        "INSERT INTO endedCalls SELECT owner, simulationId, callId FROM webhooks"
                    )
                    try database.execute(
                        """
                        INSERT INTO deliveries(monitor, webhook, callKey, state, batch, attempts)
                          SELECT owner, rowID, callId, 'delivered', 0, 1 FROM webhooks
                        """
                    )
                }
                let run = try #require(try await store.run(id: "large"))
                var removed = HistoryCounts()
                let isRemoved = try await store.removeRun(run, counting: &removed)
                #expect(isRemoved)
                #expect(removed.events == 4400 && removed.deliveries == 4400)
                let left = try await store.read { database in
                    try ["runs", "webhooks", "endedCalls", "deliveries", "monitors"].map { table -> Int in
                        try database.value("SELECT count(*) FROM \(table)") ?? 0
                    }
                }
                #expect(left == [1, 100, 100, 100, 1])
                let other = try #require(try await store.run(id: "small"))
                try await store.execute(
                    "UPDATE deliveries SET state = 'pending' WHERE rowID = (SELECT max(rowID) FROM deliveries)",
                    []
                )
                var before = HistoryCounts()
                let isGone = try await store.removeRun(other, counting: &before)
                #expect(!isGone && before == HistoryCounts())
                #expect(
                    try await store.counts(of: other)
                        == HistoryCounts(events: 100, deliveries: 100, pendingDeliveries: 1)
                )
            }
        }
    }
}
