import ExactJSON
import SimulationAPI

extension Inbox {
    /// Events that the service has stored and that belong to a run.
    struct EarlyEvents: Hashable, Sendable {
        var simulationID: String
        /// The last row that is not looked at.
        var row: Int64
    }

    /// Takes events of the service over, within the transaction of a batch.
    ///
    /// An event that the run has too is a copy, which several machines may have got, or stays where it is.
    func adopt(
        _ adoption: EarlyEvents,
        endingCallsBy end: any StoreInsert,
        in transaction: any StoreTransaction,
        _ counts: inout Counts
    ) throws {
        let found = try transaction.all(
            """
            SELECT \(StoredEvent.columns), receivedAt FROM webhooks
            WHERE rowID > ?1 AND owner = ?2 AND simulationId = ?3 AND reason IS NULL ORDER BY rowID
            """,
            [adoption.row, InboxOwner.service, adoption.simulationID]
        ) { row in (StoredEvent(row, of: adoption.simulationID), Timestamp(milliseconds: row["receivedAt"])) }
        for case (let stored?, let receivedAt) in found {
            let (webhook, event) = (stored.rowID, stored.event)
            let changed = try transaction.execute(
                """
                UPDATE webhooks SET owner = ?1 WHERE rowID = ?2 AND NOT EXISTS(
                  SELECT 1 FROM webhooks AS own WHERE own.owner = ?1 AND own.source = webhooks.source
                    AND own.webhookId = webhooks.webhookId AND own.reason IS NULL)
                """,
                [owner, webhook]
            )
            guard changed > 0 else {
                let copies = try dropCopy(webhook, in: transaction)
                counts.received += copies
                counts.duplicates += copies
                continue
            }
            counts.received += 1
            counts.unique += 1
            counts.events[event.simulationID, default: 0] += 1
            try routes?.enqueue(event, webhook: webhook, at: receivedAt, into: transaction)
            if try Self.accept(event, owner: owner, by: end) {
                counts.endedCalls[event.simulationID, default: 0] += 1
            }
        }
    }

    /// Removes an event of the service that the run has too, unless it is forwarded from there.
    ///
    /// - Returns: the number of copies, 0 or 1.
    private func dropCopy(_ webhook: Int64, in transaction: any StoreTransaction) throws -> Int {
        try transaction.execute(
            """
            DELETE FROM webhooks WHERE rowID = ?1 AND NOT EXISTS(SELECT 1 FROM monitors WHERE owner = ?2) AND EXISTS(
              SELECT 1 FROM webhooks AS own WHERE own.owner = ?3 AND own.source = webhooks.source
                AND own.webhookId = webhooks.webhookId AND own.digest = webhooks.digest AND own.reason IS NULL)
            """,
            [webhook, InboxOwner.service, owner]
        )
    }
}

extension RunStore {
    /// Whether the service has stored events of a simulation that its run can take over.
    ///
    /// - Parameter owner: the row of the run. An event that the run has already stays with the service if its bytes differ, or if
    ///   the service has monitors; so does an event with a state that this version does not know.
    package func hasEarlyEvents(of simulationID: String, for owner: Int64) async throws -> Bool {
        let states = CallState.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        let sql = """
            SELECT EXISTS(SELECT 1 FROM webhooks
              WHERE state IN (\(states)) AND owner = ?3 AND simulationId = ?1 AND reason IS NULL AND NOT EXISTS(
                SELECT 1 FROM webhooks AS own WHERE own.owner = ?2 AND own.source = webhooks.source
                  AND own.webhookId = webhooks.webhookId AND own.reason IS NULL
                  AND (own.digest <> webhooks.digest OR EXISTS(SELECT 1 FROM monitors WHERE owner = ?3))))
            """
        return try await read { try $0.value(sql, [simulationID, owner, InboxOwner.service]) ?? false }
    }

    /// The newest row of the inbox, of one owner or of all; 0 for an empty inbox.
    package func lastWebhook(of owner: Int64? = nil) async throws -> Int64 {
        let condition = owner == nil ? "" : "WHERE owner = ?1 AND owner <> 0"
        let sql = "SELECT max(rowID) FROM webhooks \(condition)"
        return try await read { try $0.value(sql, owner.map { [$0] } ?? []) ?? 0 }
    }
}
