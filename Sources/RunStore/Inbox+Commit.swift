import ExactJSON
import GRDB
import SimulationAPI

extension Inbox {
    /// Commits deliveries in one transaction, in the order in which they came.
    ///
    /// - Parameters:
    ///   - counts: what had been committed before.
    ///   - known: the simulations that the owner knows.
    /// - Returns: what has been committed now.
    func commit(_ batch: [Waiting], after counts: Counts, known: Set<String>) throws -> Counts {
        var counts = counts
        try store.writeBlocking(locked: InboxPoint.locked.reach) { database in
            InboxPoint.begun.reach()
            let statements = try Statements(database)
            for waiting in batch {
                try insert(waiting.event, by: statements, into: database, &counts, known: known)
            }
            InboxPoint.beforeCommit.reach()
        }
        InboxPoint.afterCommit.reach()
        return counts
    }

    /// What is run for every delivery.
    private struct Statements {
        let insert: HotStatement
        let end: HotStatement

        init(_ database: Database) throws {
            insert = try HotStatement(
                """
                INSERT INTO webhooks(owner, source, webhookId, receivedAt, simulationId, callId, state, timestamp, outcome,
                  durationMs, reason, headers, digest, body) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                  ON CONFLICT DO NOTHING
                """,
                in: database
            )
            end = try HotStatement(endCall, in: database)
        }
    }

    /// Inserts one row within the transaction of its batch, unless its identity is there already.
    private func insert(
        _ received: borrowing ReceivedEvent,
        by statements: Statements,
        into database: Database,
        _ counts: inout Counts,
        known: Set<String>
    ) throws {
        InboxPoint.beforeInsert.reach()
        let (event, insert) = (received.event, statements.insert)
        let isOrdinary = event.map { known.contains($0.simulationID) } ?? false
        insert.bind(owner, at: 1)
        insert.bind(received.scheme.rawValue, at: 2)
        insert.bind(received.webhookID, at: 3)
        insert.bind(received.receivedAt.milliseconds, at: 4)
        insert.bind(event?.simulationID, at: 5)
        insert.bind(event?.callID, at: 6)
        insert.bind(event?.state.rawValue, at: 7)
        insert.bind(event?.timestamp.milliseconds, at: 8)
        insert.bind(event?.outcome?.rawValue, at: 9)
        insert.bind(event?.durationMs, at: 10)
        insert.bind(received.reason, at: 11)
        insert.bind(isOrdinary ? nil : received.headers, at: 12)
        insert.bind(received.digest, at: 13)
        insert.bind(received.body, at: 14)
        try insert.run()
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
        try routes?.enqueue(event, webhook: database.lastInsertedRowID, at: received.receivedAt, into: database)
        if try Self.accept(event, owner: owner, by: statements.end, in: database) {
            counts.endedCalls[event.simulationID, default: 0] += 1
        }
    }

    /// Takes note of a call that has ended.
    static let endCall = "INSERT INTO endedCalls(owner, simulationId, callId) VALUES(?, ?, ?) ON CONFLICT DO NOTHING"

    /// What follows from a newly accepted event, in the transaction of its row: also of one that leaves quarantine.
    ///
    /// - Parameters:
    ///   - owner: whose it is.
    ///   - end: ``endCall``, prepared.
    /// - Returns: whether its call is thereby seen ended for the first time; of a service's calls nobody asks that.
    static func accept(
        _ event: SimulationEvent,
        owner: Int64,
        by end: HotStatement,
        in database: Database
    ) throws -> Bool {
        guard event.state.isFinal, owner != InboxOwner.service else { return false }
        end.bind(owner, at: 1)
        end.bind(event.simulationID, at: 2)
        end.bind(event.callID, at: 3)
        try end.run()
        return database.changesCount > 0
    }
}

extension ReceivedEvent {
    /// Why it goes to quarantine; `nil` for an event.
    fileprivate var reason: String? { if case .malformed(let reason) = content { reason } else { nil } }
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
