import PostgreSQL
import RingbackHome
import SimulationAPI

/// Copies the rows of a home's database into the store that machines share, within one transaction.
///
/// Runs keep their ids, webhooks theirs; the numbers of rows are given anew. The runs come last: as long as their rows are
/// not there, others can change theirs.
final class HomeCopy {
    /// The tables whose rows are moved, in an order in which they can be emptied.
    static let tables = [
        "deliveryAttempts", "deliveries", "monitors", "endedCalls", "webhooks", "submissions", "runDocuments",
        "slotTickets", "slotTurns", "tokens", "runs",
    ]

    let source: SQLiteTransaction
    let target: PostgresTransaction
    var outcome = StoreMove.MoveResult()
    /// The new numbers of rows by the old ones; a row that the store has already, or that nothing refers to, has none.
    var runs: [Int64: Int64] = [InboxOwner.service: InboxOwner.service]
    var webhooks: [Int64: Int64] = [:]
    var monitors: [Int64: Int64] = [:]
    var deliveries: [Int64: Int64] = [:]
    /// The monitors that the store had before, whose queues others work on.
    var known: Set<Int64> = []

    init(from source: SQLiteTransaction, to target: PostgresTransaction) {
        (self.source, self.target) = (source, target)
    }

    /// Copies everything, unless the move of this number has been committed before.
    func run(_ number: String) throws -> StoreMove.MoveResult {
        let isNew = try target.execute(
            "INSERT INTO storeMoves(number, movedAt) VALUES(?1, ?2) ON CONFLICT(number) DO NOTHING",
            [number, try target.now()]
        )
        guard isNew == 1 else {
            outcome.wasMoved = true
            return outcome
        }
        let rows = try reserveRuns()
        try copyWebhooks()
        try copyEndedCalls()
        try copyMonitors()
        try copyDeliveries()
        try copyAttempts()
        try copySubmissions()
        try copyDocuments()
        try copyTokens()
        try copySlots()
        CrashSwitch.reach("store-move-copying")
        try copyRuns(rows)
        return outcome
    }

    // MARK: Runs

    /// The runs that the store does not have yet get their numbers, and no rows.
    private func reserveRuns() throws -> [StoredRun] {
        let all = try source.all("SELECT * FROM runs ORDER BY rowID") { StoredRun($0) }
        let new = try all.filter { run in
            try target.value("SELECT rowID FROM runs WHERE id = ?1", [run.id]) as Int64? == nil
        }
        for start in stride(from: 0, to: new.count, by: 100) {
            let part = new[start..<min(start + 100, new.count)]
            // The savepoint also gives back the lock under which rows of runs are written.
            try target.session.run(script: "SAVEPOINT reservation")
            let batch = RowBatch("runs(id, scenario, target, origin, state, startedAt)", columns: 6)
            for run in part { batch.add([run.id, "", "sandbox", "", "passed", run.startedAt]) }
            let numbers = try batch.insert(into: target)
            try target.session.run(script: "ROLLBACK TO SAVEPOINT reservation; RELEASE SAVEPOINT reservation")
            for (run, number) in zip(part, numbers) { runs[run.rowID] = number }
        }
        return new
    }

    private func copyRuns(_ rows: [StoredRun]) throws {
        let audits = try source.all("SELECT rowID, progress, auditOrigin, auditSeq FROM runs") { row in
            (row[0] as Int64, (row[1] as String?, row[2] as String?, row[3] as Int64?))
        }
        let more = Dictionary(audits) { first, _ in first }
        let batch = RowBatch(
            """
            runs(rowID, id, scenario, target, origin, state, simulationId, startedAt, finishedAt, exitCode, intent, kind,
              verdict, folder, progress, auditOrigin, auditSeq)
            """,
            columns: 17
        )
        for run in rows {
            let (progress, origin, sequence) = more[run.rowID] ?? (nil, nil, nil)
            batch.add([
                runs[run.rowID], run.id, run.scenario, run.target.rawValue, run.origin, run.state.rawValue,
                run.simulationId, run.startedAt, run.finishedAt, run.exitCode, run.intent, run.kind.rawValue,
                run.verdict,
                run.folder, progress, origin, sequence,
            ])
            if batch.isFull { _ = try batch.insert(into: target) }
            if !run.isOver { outcome.counts.work.unfinishedRuns += 1 }
        }
        _ = try batch.insert(into: target)
        outcome.counts.runs = rows.count
    }

    private func copySubmissions() throws {
        let submissions = try source.all("SELECT * FROM submissions") { Submission($0) }
        for submission in submissions {
            guard let run = runs[submission.run] else { continue }
            // Another run may have the key of this one; each then keeps its run, and one its key.
            let isTaken: Bool? = try target.value(
                "SELECT EXISTS(SELECT 1 FROM submissions WHERE token = ?1 AND key = ?2)",
                [submission.token, submission.key]
            )
            try Submission(
                run: run,
                token: submission.token,
                key: isTaken == true ? nil : submission.key,
                digest: submission.digest,
                request: submission.request,
                submittedAt: submission.submittedAt,
                cancelledAt: submission.cancelledAt,
                cancelledBy: submission.cancelledBy
            )
            .insert(target)
            outcome.counts.submissions += 1
        }
    }

    /// The documents of results, and the files that lie in the folders of the runs.
    private func copyDocuments() throws {
        try source.each("SELECT run, document FROM runDocuments ORDER BY run", []) { row in
            if let run = runs[row[0]] {
                let document: [UInt8] = row[1]
                _ = try target.execute("INSERT INTO runDocuments(run, document) VALUES(?1, ?2)", [run, document])
            }
            return true
        }
        let folders = try source.all(
            "SELECT rowID, folder FROM runs WHERE folder IS NOT NULL AND finishedAt IS NOT NULL"
        ) {
            ($0[0] as Int64, $0[1] as String)
        }
        for (old, folder) in folders {
            guard let run = runs[old] else { continue }
            for name in RunStore.keptFiles {
                // A folder that somebody has removed is no reason to leave the run behind.
                guard let bytes = try? FileSystem.readPlain("\(folder)/\(name)", upTo: 1 << 28) else { continue }
                _ = try target.execute(
                    "INSERT INTO runFiles(run, name, bytes) VALUES(?1, ?2, ?3)",
                    [run, name, bytes]
                )
            }
        }
    }

    // MARK: Webhooks

    private func copyWebhooks() throws {
        let columns = """
            owner, source, webhookId, receivedAt, simulationId, callId, state, timestamp, outcome, durationMs, reason,
              headers, digest, body
            """
        // Of a run nothing is there yet; of the service the store may have the same event.
        let ofRuns = RowBatch("webhooks(\(columns))", columns: 14)
        var numbers: [Int64] = []
        func write() throws {
            for (old, new) in zip(numbers, try ofRuns.insert(into: target)) { webhooks[old] = new }
            numbers = []
        }
        try source.each("SELECT rowID, \(columns) FROM webhooks ORDER BY rowID", []) { row in
            let old: Int64 = row[0]
            guard let owner = runs[row[1]] else { return true }
            let values: [any StoreBindable] = [
                owner, row[2] as String, row[3] as String, row[4] as Int64, row[5] as String?, row[6] as String?,
                row[7] as String?, row[8] as Int64?, row[9] as String?, row[10] as Int64?, row[11] as String?,
                row[12] as String?, row[13] as [UInt8], row[14] as [UInt8],
            ]
            outcome.counts.events += 1
            guard owner == InboxOwner.service else {
                ofRuns.add(values)
                numbers.append(old)
                if ofRuns.isFull { try write() }
                return true
            }
            let places = (1...14).map { "?\($0)" }.joined(separator: ", ")
            let sql = "INSERT INTO webhooks(\(columns)) VALUES(\(places)) ON CONFLICT DO NOTHING"
            if let new = try target.insert(sql, values) {
                webhooks[old] = new
            } else {
                outcome.counts.events -= 1
                webhooks[old] = try target.value(
                    """
                    SELECT rowID FROM webhooks WHERE owner = 0 AND source = ?1 AND webhookId = ?2
                      AND (reason IS NULL AND ?3 IS NULL OR reason IS NOT NULL AND ?3 IS NOT NULL AND digest = ?4)
                    """,
                    [row[2] as String, row[3] as String, row[11] as String?, row[13] as [UInt8]]
                )
            }
            return true
        }
        try write()
    }

    private func copyEndedCalls() throws {
        let batch = RowBatch("endedCalls(owner, simulationId, callId)", columns: 3, end: "ON CONFLICT DO NOTHING")
        try source.each("SELECT owner, simulationId, callId FROM endedCalls", []) { row in
            guard let owner = runs[row[0]] else { return true }
            batch.add([owner, row[1] as String, row[2] as String])
            outcome.counts.endedCalls += 1
            if batch.isFull { _ = try batch.insert(into: target) }
            return true
        }
        _ = try batch.insert(into: target)
    }

    // MARK: Tokens and slots

    private func copyTokens() throws {
        try source.each("SELECT name, role, digest, createdAt, createdBy, revokedAt FROM tokens ORDER BY rowID", []) {
            row in
            let name: String = row[0]
            let isThere: Bool? = try target.value(
                "SELECT EXISTS(SELECT 1 FROM tokens WHERE digest = ?1)",
                [row[2] as [UInt8]]
            )
            guard isThere != true else { return true }
            let new = try target.insert(
                """
                INSERT INTO tokens(name, role, digest, createdAt, createdBy, revokedAt) VALUES(?1, ?2, ?3, ?4, ?5, ?6)
                ON CONFLICT DO NOTHING
                """,
                [
                    name, row[1] as String, row[2] as [UInt8], row[3] as Int64, row[4] as String, row[5] as Int64?,
                ]
            )
            if new == nil { outcome.tokensLeft.append(name) } else { outcome.counts.tokens += 1 }
            return true
        }
    }

    private func copySlots() throws {
        let tickets = try SlotTicket.all(of: nil, source)
        for pool in Set(tickets.map(\.pool)).sorted() { try target.lock("slots \(pool)") }
        for ticket in tickets {
            let there = try SlotTicket.all(of: ticket.pool, target)
            let taken = Set(there.compactMap(\.slot))
            // The simulation of a run that died may still be active, so that its slot is held, whatever its number.
            let slot = ticket.slot.flatMap { slot in
                taken.contains(slot) ? (1...(taken.count + 1)).first { !taken.contains($0) } : slot
            }
            let new = try target.insert(
                """
                INSERT INTO slotTickets(pool, runId, tag, wireTag, slot, simulationId, intendedAt)
                VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(runId) DO NOTHING
                """,
                [
                    ticket.pool, ticket.runId, ticket.tag, ticket.wireTag, slot, ticket.simulationId, ticket.intendedAt,
                ]
            )
            if new != nil { outcome.counts.slots += 1 }
        }
        try source.each("SELECT pool, tag, turn FROM slotTurns", []) { row in
            _ = try target.execute(
                """
                INSERT INTO slotTurns(pool, tag, turn) VALUES(?1, ?2, ?3)
                ON CONFLICT(pool, tag) DO UPDATE SET turn = greatest(slotTurns.turn, excluded.turn)
                """,
                [row[0] as String, row[1] as String, row[2] as Int64]
            )
            return true
        }
    }
}
