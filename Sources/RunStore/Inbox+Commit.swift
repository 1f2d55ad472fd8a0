import ExactJSON
import RingbackHome
import SimulationAPI

extension Inbox {
    /// Commits events in one transaction, in the order of arrival.
    ///
    /// - Parameters:
    ///   - counts: the counts before it.
    ///   - known: the simulations that the owner knows.
    ///   - recounts: whether the counts may lack what a batch has stored whose answer was lost.
    /// - Returns: the counts after it.
    func commit(_ batch: [Waiting], after counts: Counts, known: Set<String>, recounts: Bool) throws -> Counts {
        // Counting all events of a large run anew takes longer than a sender should wait otherwise; the service counts none.
        let lane: StoreLane = recounts && owner != InboxOwner.service ? .longAnswer : .answer
        let outcome = try store.writeBlocking(on: lane, locked: InboxPoint.locked.reach) { transaction in
            InboxPoint.begun.reach()
            var outcome = BatchOutcome(counts: counts)
            if recounts { try outcome.counts.recount(owner, transaction) }
            // Before any row, and in one order, so that the batches of two machines do not wait for each other.
            try transaction.lockQueues(of: (routes?.monitors ?? []) + (serviceRoutes?.monitors ?? []))
            let statements = try Statements(transaction)
            try adoptEarlier(known, by: statements, in: transaction, &outcome.counts)
            for waiting in batch {
                if let event = waiting.event {
                    let before = outcome.counts
                    try insert(event, by: statements, into: transaction, &outcome, known: known)
                    outcome.note(since: before)
                } else if let adoption = waiting.adoption {
                    try adopt(adoption, endingCallsBy: statements.end, in: transaction, &outcome.counts)
                }
            }
            InboxPoint.beforeCommit.reach()
            return outcome
        }
        InboxPoint.afterCommit.reach()
        for (result, number) in outcome.received { counters.count(result, number) }
        outcome.reused.forEach(onReuse)
        return outcome.counts
    }

    /// Takes over what has come to other machines, where the service has monitors: a copy of it may be in the batch, and
    /// must not be forwarded to them again.
    private func adoptEarlier(
        _ known: Set<String>,
        by statements: Statements,
        in transaction: any StoreTransaction,
        _ counts: inout Counts
    ) throws {
        guard store.isShared, owner != InboxOwner.service, serviceRoutes?.monitors.isEmpty == false else { return }
        for id in known.sorted() {
            let adoption = EarlyEvents(simulationID: id, row: 0)
            try adopt(adoption, endingCallsBy: statements.end, in: transaction, &counts)
        }
    }

    /// What a batch has come to.
    private struct BatchOutcome {
        var counts: Counts
        /// The identities that came with other bytes.
        var reused: [String] = []
        var received: [ReceptionCounters.Result: Int] = [:]

        /// Notes what became of one event.
        mutating func note(since before: Counts) {
            received[.accepted, default: 0] += counts.unique - before.unique
            received[.duplicate, default: 0] += counts.duplicates - before.duplicates
            received[.quarantined, default: 0] += counts.quarantined - before.quarantined
        }
    }

    /// The statements that run for every event.
    private struct Statements {
        let insert: any StoreInsert
        let end: any StoreInsert

        init(_ transaction: any StoreTransaction) throws {
            insert = try transaction.prepareInsert(
                """
                INSERT INTO webhooks(owner, source, webhookId, receivedAt, simulationId, callId, state, timestamp, outcome,
                  durationMs, reason, headers, digest, body)
                VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT DO NOTHING
                """
            )
            end = try transaction.prepareInsert(endCall)
        }
    }

    /// Inserts one row within the transaction of its batch, unless it is an exact copy of one.
    private func insert(
        _ received: borrowing ReceivedEvent,
        by statements: Statements,
        into transaction: any StoreTransaction,
        _ outcome: inout BatchOutcome,
        known: Set<String>
    ) throws {
        InboxPoint.beforeInsert.reach()
        var event = received.event
        let ofRun = try event.flatMap { try digestOfRun(received, $0.simulationID, in: transaction) }
        var row: Int64?
        if ofRun == nil { row = try insertRow(received, event, received.reason, by: statements, known: known) }
        if row == nil {
            guard event != nil else { return }
            guard try ofRun.map({ $0 != received.digest }) ?? !isCopy(received, in: transaction) else {
                outcome.counts.received += 1
                outcome.counts.duplicates += 1
                return
            }
            event = nil
            row = try insertRow(received, nil, Inbox.identityReused, by: statements, known: known)
            guard row != nil else { return }
            outcome.reused.append(received.webhookID)
            outcome.counts.identityReused += 1
        }
        InboxPoint.afterInsert.reach()
        guard let event, let row else {
            outcome.counts.quarantined += 1
            return
        }
        outcome.counts.received += 1
        outcome.counts.unique += 1
        outcome.counts.events[event.simulationID, default: 0] += 1
        // In the transaction of the event: an event that was answered with 200 is forwarded, whatever happens next.
        try routes?.enqueue(event, webhook: row, at: received.receivedAt, into: transaction)
        try serviceRoutes?.enqueue(event, webhook: row, at: received.receivedAt, into: transaction)
        if try Self.accept(event, owner: owner, by: statements.end) {
            outcome.counts.endedCalls[event.simulationID, default: 0] += 1
        }
    }

    /// The digest of the event of this identity that has already come to the machine that works on its run.
    ///
    /// - Returns: `nil` without one; always for the inbox of a run, and in a store that one machine has for itself.
    private func digestOfRun(
        _ received: borrowing ReceivedEvent,
        _ simulationID: String,
        in transaction: any StoreTransaction
    ) throws -> [UInt8]? {
        guard owner == InboxOwner.service, store.isShared else { return nil }
        let sql = """
            SELECT digest FROM webhooks WHERE owner IN (SELECT rowID FROM runs WHERE simulationId = ?1)
              AND source = ?2 AND webhookId = ?3 AND reason IS NULL
            """
        return try transaction.value(sql, [simulationID, received.scheme.rawValue, received.webhookID])
    }

    /// Why an event is in quarantine whose identity an earlier event with another body has.
    package static let identityReused = "identity_reused"

    /// Inserts a row with an event, or with the reason why it is in quarantine.
    ///
    /// - Returns: the row; `nil` if there is such a one: an event of the same identity, or the same body in quarantine.
    private func insertRow(
        _ received: borrowing ReceivedEvent,
        _ event: SimulationEvent?,
        _ reason: String?,
        by statements: Statements,
        known: Set<String>
    ) throws -> Int64? {
        let insert = statements.insert
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
        insert.bind(reason, at: 11)
        insert.bind(isOrdinary ? nil : received.headers, at: 12)
        insert.bind(received.digest, at: 13)
        insert.bind(received.body, at: 14)
        return try insert.run()
    }

    /// Whether the event that has this identity came with the same bytes.
    private func isCopy(_ received: borrowing ReceivedEvent, in transaction: any StoreTransaction) throws -> Bool {
        let digest: [UInt8]? = try transaction.value(
            "SELECT digest \(Self.eventOfIdentity)",
            [owner, received.scheme.rawValue, received.webhookID]
        )
        return digest == received.digest
    }

    static let eventOfIdentity = "FROM webhooks WHERE owner = ?1 AND source = ?2 AND webhookId = ?3 AND reason IS NULL"

    static let endCall = "INSERT INTO endedCalls(owner, simulationId, callId) VALUES(?1, ?2, ?3) ON CONFLICT DO NOTHING"

    /// Records what follows from a newly accepted event, in the transaction of its row; also when it leaves quarantine.
    ///
    /// - Parameter end: ``endCall``, prepared.
    /// - Returns: whether the event is the first that ends its call; always `false` for the service.
    static func accept(_ event: SimulationEvent, owner: Int64, by end: any StoreInsert) throws -> Bool {
        guard event.state.isFinal, owner != InboxOwner.service else { return false }
        end.bind(owner, at: 1)
        end.bind(event.simulationID, at: 2)
        end.bind(event.callID, at: 3)
        return try end.run() != nil
    }
}

extension ReceivedEvent {
    /// Why it goes to quarantine; `nil` for an event.
    fileprivate var reason: String? { if case .malformed(let reason) = content { reason } else { nil } }
}

/// The points of the inbox at which a test can make the process die; see `CrashSwitch`.
package enum InboxPoint: String, CaseIterable {
    case beforeQueue = "inbox-before-queue"
    case afterQueue = "inbox-after-queue"
    case batchTaken = "inbox-batch-taken"
    case locked = "inbox-locked"
    case begun = "inbox-begun"
    case beforeInsert = "inbox-before-insert"
    case afterInsert = "inbox-after-insert"
    case beforeCommit = "inbox-before-commit"
    case afterCommit = "inbox-after-commit"
    case beforeAnswer = "inbox-before-answer"
    case betweenAnswers = "inbox-between-answers"
    case afterAnswers = "inbox-after-answers"

    /// Dies here if a test asked for it.
    func reach() { CrashSwitch.reach(rawValue) }
}

extension Inbox.Counts {
    /// Counts what is stored anew; copies and what came under the identity of another are counted as before.
    fileprivate mutating func recount(_ owner: Int64, _ transaction: any StoreTransaction) throws {
        guard owner != InboxOwner.service else { return }
        let stored = try Self(of: owner, transaction)
        (unique, events, endedCalls, quarantined) = (
            stored.unique, stored.events, stored.endedCalls, stored.quarantined
        )
        received = unique + duplicates
    }
}
