import Foundation
import RingbackHome
import RingbackTestKit
import Testing

@testable import RunStore

/// Moving what a home holds into a store that machines share.
@Suite(.timeLimit(.minutes(5)))
struct StoreMoveTests {
    /// A home with rows of every table: a finished run, one that went on, one that waits, and what the service received.
    private static let rows = [
        """
        INSERT INTO runs(rowID, id, scenario, target, origin, state, simulationId, startedAt, finishedAt, exitCode, intent,
          kind, verdict, folder, progress, auditOrigin, auditSeq)
        VALUES(7, 'run-a', 's', 'cxone', 'https://a', 'passed', 'sim-a', 5, 9, 0, '{}', 'run', 'pass', NULL, '{"p":1}', 'o', 3),
          (8, 'run-b', 's', 'cxone', 'https://a', 'running', 'sim-b', 6, NULL, NULL, '{"i":1}', 'run', NULL, NULL, NULL, NULL, NULL),
          (9, 'run-c', 's', 'sandbox', '', 'queued', NULL, 7, NULL, NULL, NULL, 'simulate', NULL, '/tmp/x', NULL, NULL, NULL)
        """,
        "INSERT INTO runDocuments VALUES(7, x'7b7d')",
        """
        INSERT INTO submissions VALUES(8, 'ci', 'k1', x'01', '{"a":1}', 6, 8, 'ada'), (9, 'ci', 'k2', x'02', '{}', 7, NULL, NULL)
        """,
        """
        INSERT INTO webhooks(rowID, owner, source, webhookId, receivedAt, simulationId, callId, state, timestamp, outcome,
          durationMs, reason, headers, digest, body)
        VALUES(21, 7, '', 'w1', 1, 'sim-a', 'c1', 'ringing', 1, NULL, NULL, NULL, NULL, x'0a', x'0b'),
          (22, 7, '', 'w2', 2, 'sim-a', 'c1', 'completed', 2, 'answered', 9, NULL, NULL, x'0c', x'00ff'),
          (23, 0, '', 'w1', 3, 'sim-z', 'c9', 'ringing', 3, NULL, NULL, NULL, NULL, x'0d', x'0e'),
          (24, 0, '', 'w1', 4, NULL, NULL, NULL, NULL, NULL, NULL, 'identity_reused', '{}', x'0f', x'10')
        """,
        "INSERT INTO endedCalls VALUES(7, 'sim-a', 'c1')",
        """
        INSERT INTO monitors(rowID, owner, name, definition, disabledReason, lastError, forwarder)
        VALUES(3, 7, 'qa', '{"u":1}', NULL, 'late', 'run-a'), (4, 0, 'qa', '{"u":2}', NULL, NULL, 'serve')
        """,
        """
        INSERT INTO deliveries(rowID, monitor, webhook, callKey, state, batch, attempts, lastStatus, lastError, dueAt, message)
        VALUES(31, 3, 21, 'sim-a c1', 'delivered', 0, 1, 200, NULL, NULL, NULL),
          (32, 3, 22, 'sim-a c1', 'pending', 0, 2, 500, 'no', 77, NULL),
          (33, 4, 23, 'sim-z c9', 'pending', 0, 0, NULL, NULL, 0, NULL),
          (34, 3, NULL, '', 'dead', 5, 3, NULL, 'gone', NULL, x'6869')
        """,
        "INSERT INTO deliveryAttempts VALUES(31, 1, 1, 5, 200, NULL), (32, 2, 1, 6, 500, 'no'), (32, 3, 2, 7, 500, 'no')",
        "INSERT INTO slotTickets VALUES(1, 'p', 'run-b', 't', 'w', 1, 'sim-b', 6)",
        "INSERT INTO slotTurns VALUES('p', 't', 4)",
        """
        INSERT INTO tokens(name, role, digest, createdAt, createdBy, revokedAt)
        VALUES('ci', 'operator', x'aa', 1, 'ada', NULL), ('old', 'viewer', x'bb', 1, 'ada', 2)
        """,
    ]

    /// What a store holds, without the numbers of its rows; a letter says whether a column is text, an integer or bytes.
    private static let questions: [(sql: String, columns: String)] = [
        (
            """
            SELECT id, scenario, target, origin, state, simulationId, startedAt, finishedAt, exitCode, intent, kind, verdict,
              folder, progress, auditOrigin, auditSeq FROM runs ORDER BY id
            """, "ttttttiiitttttti"
        ), ("SELECT id, document FROM runDocuments JOIN runs ON runs.rowID = run ORDER BY id", "tb"),
        (
            """
            SELECT id, token, key, digest, request, submittedAt, cancelledAt, cancelledBy FROM submissions
            JOIN runs ON runs.rowID = run ORDER BY id
            """, "tttbtiit"
        ),
        (
            """
            SELECT coalesce(id, 'service'), source, webhookId, receivedAt, webhooks.simulationId, callId, webhooks.state,
              timestamp, outcome, durationMs, reason, headers, digest, body
            FROM webhooks LEFT JOIN runs ON runs.rowID = owner ORDER BY receivedAt
            """, "tttitttitittbb"
        ),
        ("SELECT id, endedCalls.simulationId, callId FROM endedCalls JOIN runs ON runs.rowID = owner", "ttt"),
        (
            """
            SELECT coalesce(id, 'service'), name, definition, disabledReason, lastError FROM monitors
            LEFT JOIN runs ON runs.rowID = owner ORDER BY 1, 2
            """, "ttttt"
        ),
        (
            """
            SELECT m.definition, w.webhookId, callKey, deliveries.state, attempts, lastStatus, deliveries.lastError, dueAt,
              message FROM deliveries JOIN monitors AS m ON m.rowID = monitor
            LEFT JOIN webhooks AS w ON w.rowID = webhook ORDER BY deliveries.rowID
            """, "ttttiitib"
        ),
        (
            """
            SELECT d.callKey, d.state, sentAt, number, milliseconds, status, error FROM deliveryAttempts
            JOIN deliveries AS d ON d.rowID = delivery ORDER BY sentAt
            """, "ttiiiit"
        ),
        ("SELECT pool, runId, tag, wireTag, slot, simulationId, intendedAt FROM slotTickets ORDER BY runId", "ttttiti"),
        ("SELECT pool, tag, turn FROM slotTurns", "tti"),
        ("SELECT name, role, digest, createdAt, createdBy, revokedAt FROM tokens ORDER BY name", "ttbiti"),
    ]

    private static func dump(_ store: RunStore) async throws -> [[String]] {
        try await store.read { transaction in
            try questions.map { question in
                try transaction.all(question.sql) { row in
                    question.columns.enumerated().map { place, kind in
                        let value: String? =
                            switch kind {
                            case "t": row.text(at: place)
                            case "i": row.integer(at: place).map { "\($0)" }
                            default: row.bytes(at: place).map { "\($0)" }
                            }
                        return value ?? "NULL"
                    }
                    .joined(separator: "|")
                }
            }
        }
    }

    /// A home with ``rows``, and an empty database to move it to.
    private static func with(_ body: (Home, SharedDatabase, _ before: [[String]]) async throws -> Void) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: folder)
            let before = try await RunStore.with(home) { store in
                for row in rows { try await store.execute(row) }
                return try await dump(store)
            }
            let address = try await PostgresServer.shared().freshDatabase()
            try await body(home, SharedDatabase(address: address, connections: 3), before)
        }
    }

    private static func shared(_ home: Home, _ place: SharedDatabase) -> Home {
        var home = home
        home.store = .shared(place)
        return home
    }

    @Test func allIsMovedOnceAndNothingTwice() async throws {
        try await Self.with { home, place, before in
            let rehearsal = try await StoreMove.rehearse(home, to: place)
            let outcome = try await StoreMove.move(home, to: place)
            #expect(rehearsal.counts == outcome.counts && outcome.tokensLeft.isEmpty && !outcome.wasMoved)
            let work = LocalWork(pendingDeliveries: 2, unfinishedRuns: 2)
            #expect(outcome.counts.runs == 3 && outcome.counts.attempts == 3 && outcome.counts.work == work)
            let after = try await RunStore.with(Self.shared(home, place)) { try await Self.dump($0) }
            for (moved, kept) in zip(after, before) { #expect(moved == kept) }
            #expect(try LocalWork.left(in: home).isNone)
            #expect(try await RunStore.with(home) { try await Self.dump($0) }.allSatisfy(\.isEmpty))
            #expect(FileManager.default.fileExists(atPath: outcome.backup ?? ""))
            #expect(try await StoreMove.move(home, to: place) == StoreMove.MoveResult())
            #expect(try await RunStore.with(Self.shared(home, place)) { try await Self.dump($0) } == after)
        }
    }

    @Test func aSecondHomeIsAddedAndTheStoreKeepsWhatItHas() async throws {
        try await Self.with { home, place, before in
            _ = try await StoreMove.move(home, to: place)
            try await TemporaryFolder.with { folder in
                let other = try Home(path: folder)
                try await RunStore.with(other) { store in
                    for row in Self.rows { try await store.execute(row.replacing("run-", with: "other-")) }
                    try await store.execute("UPDATE tokens SET digest = x'cc' WHERE name = 'ci'")
                    try await store.execute("UPDATE webhooks SET body = x'99' WHERE owner = 0 AND reason IS NULL")
                }
                let outcome = try await StoreMove.move(other, to: place)
                #expect(outcome.counts.runs == 3 && outcome.tokensLeft == ["ci"])
                // The service had those events, so that the store has them once.
                #expect(outcome.counts.events == 2)
            }
            try await RunStore.with(Self.shared(home, place)) { store in
                try await store.read { transaction in
                    func count(_ sql: String) throws -> Int {
                        try transaction.value("SELECT count(*) FROM \(sql)") ?? -1
                    }
                    #expect(try count("runs") == 6)
                    #expect(try count("webhooks WHERE owner = 0") == 2)
                    #expect(try count("monitors WHERE owner = 0") == 1)
                    // The second delivery of a call waits for the first.
                    let ofService = "deliveries WHERE monitor = (SELECT rowID FROM monitors WHERE owner = 0)"
                    #expect(try count(ofService) == 2 && count("\(ofService) AND dueAt IS NOT NULL") == 1)
                    // Each simulation that may be active holds a slot of its own.
                    let slots: [Int] = try transaction.values("SELECT slot FROM slotTickets ORDER BY slot")
                    #expect(slots == [1, 2])
                    #expect(try count("submissions WHERE key IS NOT NULL") == 2)
                }
            }
        }
    }

    @Test func aHomeWithWorkIsRefusedUntilItIsMovedOrLeft() async throws {
        try await Self.with { home, place, _ in
            let shared = Self.shared(home, place)
            let work = LocalWork(pendingDeliveries: 2, unfinishedRuns: 2)
            await #expect(throws: LocalWorkError(home: home.path, work: work)) {
                try await RunStore.with(shared) { _ in }
            }
            var left = place
            left.leavesLocal = true
            try await RunStore.with(Self.shared(home, left)) { _ in }
            _ = try await StoreMove.move(home, to: place)
            try await RunStore.with(shared) { _ in }
        }
    }

    @Test func aHomeInUseIsNotMoved() async throws {
        try await Self.with { home, place, before in
            let service = try #require(try RunLock(home, runID: ServiceLock.id))
            await #expect(throws: StoreMove.HomeInUseError.self) { try await StoreMove.move(home, to: place) }
            service.remove()
            _ = consume service
            try await RunStore.with(home) { _ in
                _ = await #expect(throws: StoreMove.HomeInUseError.self) { try await StoreMove.move(home, to: place) }
            }
            #expect(try await RunStore.with(home) { try await Self.dump($0) } == before)
        }
    }

    /// A move that was broken off after its rows were committed: nothing uses the home until it is finished.
    @Test func aMoveThatWasBrokenOffIsFinished() async throws {
        try await Self.with { home, place, before in
            let copy = try Data(contentsOf: URL(filePath: home.databasePath))
            _ = try await StoreMove.move(home, to: place)
            // As it stood before the home was emptied: the rows, and the mark with the number of the move.
            let number = try await RunStore.with(Self.shared(home, place)) { store in
                try await store.read { try $0.value("SELECT number FROM storeMoves") as String? }
            }
            try copy.write(to: URL(filePath: home.databasePath))
            try Data(try #require(number).utf8).write(to: URL(filePath: "\(home.path)/store-move"))
            await #expect(throws: MoveMark.UnfinishedError.self) { try await RunStore.with(home) { _ in } }
            let again = try await StoreMove.move(home, to: place)
            #expect(again.wasMoved && again.counts.isNone)
            let after = try await RunStore.with(Self.shared(home, place)) { try await Self.dump($0) }
            #expect(after == before)
            #expect(try await RunStore.with(home) { try await Self.dump($0) }.allSatisfy(\.isEmpty))
        }
    }
}
