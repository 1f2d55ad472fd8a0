import GRDB
import SimulationAPI

extension Inbox {
    /// Commits rows in one transaction, in the order in which they came.
    ///
    /// - Parameters:
    ///   - counts: what had been committed before.
    ///   - known: the simulations that the owner knows.
    /// - Returns: what has been committed now.
    func commit(_ rows: [InboxRow], after counts: Counts, known: Set<String>) throws -> Counts {
        var counts = counts
        try store.writeBlocking(locked: InboxPoint.locked.reach) { database in
            InboxPoint.begun.reach()
            for row in rows { try insert(row, into: database, &counts, known: known) }
            InboxPoint.beforeCommit.reach()
        }
        InboxPoint.afterCommit.reach()
        return counts
    }

    /// Inserts one row within the transaction of its batch, unless its identity is there already.
    private func insert(
        _ row: InboxRow,
        into database: Database,
        _ counts: inout Counts,
        known: Set<String>
    ) throws {
        InboxPoint.beforeInsert.reach()
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO webhooks(owner, source, webhookId, receivedAt, simulationId, callId, state, timestamp, outcome,
                  durationMs, reason, headers, digest, body) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                  ON CONFLICT DO NOTHING
                """
        )
        let event = row.event
        let isOrdinary = event.map { known.contains($0.simulationID) } ?? false
        try insert.execute(arguments: [
            owner, row.source, row.webhookID, row.receivedAt.milliseconds, event?.simulationID, event?.callID,
            event?.state.rawValue, event?.timestamp.milliseconds, event?.outcome?.rawValue, event?.durationMs,
            row.reason, isOrdinary ? nil : row.headers, row.digest?.databaseBlob, row.body.databaseBlob,
        ])
        counts.received += 1
        guard database.changesCount > 0 else {
            counts.duplicates += 1
            return
        }
        InboxPoint.afterInsert.reach()
        counts.unique += 1
        guard let event else {
            counts.quarantined += 1
            return
        }
        counts.events[event.simulationID, default: 0] += 1
        // In the transaction of the event: whoever was told 200 is forwarded, whatever happens next.
        try routes?.enqueue(event, webhook: database.lastInsertedRowID, at: row.receivedAt, into: database)
        if try Self.accept(event, owner: owner, in: database) {
            counts.endedCalls[event.simulationID, default: 0] += 1
        }
    }

    /// What follows from a newly accepted event, in the transaction of its row: also of one that leaves quarantine.
    ///
    /// - Parameters:
    ///   - owner: whose it is.
    /// - Returns: whether its call is thereby seen ended for the first time.
    static func accept(
        _ event: SimulationEvent,
        owner: Int64,
        in database: Database
    ) throws -> Bool {
        guard event.state.isFinal else { return false }
        let end = try database.cachedStatement(
            sql: "INSERT INTO endedCalls(owner, simulationId, callId) VALUES(?, ?, ?) ON CONFLICT DO NOTHING"
        )
        try end.execute(arguments: [owner, event.simulationID, event.callID])
        return database.changesCount > 0
    }
}

extension InboxRefusal {
    /// What an error of a commit means: after a failed write, sync or read of the database nothing is certain.
    ///
    /// A full disk and a busy database pass; SQLite has rolled the transaction back.
    init(_ error: any Error) {
        guard let error = error as? DatabaseError else {
            self = .failed("\(error)")
            return
        }
        switch error.resultCode {
        case .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_READONLY, .SQLITE_CANTOPEN:
            self = .stopped("\(error.message ?? "\(error.resultCode)") (\(error.extendedResultCode))")
        default: self = .failed(error.message ?? "\(error.resultCode)")
        }
    }
}
