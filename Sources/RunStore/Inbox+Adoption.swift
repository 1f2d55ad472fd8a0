import ExactJSON
import GRDB
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
    /// An event that the run has too stays where it is: it is a copy, or in quarantine there.
    func adopt(_ adoption: EarlyEvents, endingCallsBy end: HotStatement, in database: Database, _ counts: inout Counts)
        throws
    {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT \(StoredEvent.columns), receivedAt FROM webhooks
                WHERE rowID > ? AND owner = ? AND simulationId = ? AND reason IS NULL ORDER BY rowID
                """,
            arguments: [adoption.row, InboxOwner.service, adoption.simulationID]
        )
        for row in rows {
            guard let (webhook, event) = StoredEvent(row, of: adoption.simulationID).map({ ($0.rowID, $0.event) })
            else {
                continue
            }
            try database.execute(
                sql: "UPDATE OR IGNORE webhooks SET owner = ? WHERE rowID = ?",
                arguments: [owner, webhook]
            )
            guard database.changesCount > 0 else { continue }
            counts.received += 1
            counts.unique += 1
            counts.events[event.simulationID, default: 0] += 1
            let receivedAt = Timestamp(milliseconds: row["receivedAt"])
            try routes?.enqueue(event, webhook: webhook, at: receivedAt, into: database)
            if try Self.accept(event, owner: owner, by: end, in: database) {
                counts.endedCalls[event.simulationID, default: 0] += 1
            }
        }
    }
}

extension RunStore {
    /// The newest row of the inbox, of one owner or of all; 0 for an empty inbox.
    package func lastWebhook(of owner: Int64? = nil) async throws -> Int64 {
        try await read { database in
            let condition = owner == nil ? "" : "WHERE owner = ? AND owner <> 0"
            let arguments: StatementArguments = owner.map { [$0] } ?? []
            let sql = "SELECT max(rowID) FROM webhooks \(condition)"
            return try Int64.fetchOne(database, sql: sql, arguments: arguments) ?? 0
        }
    }
}
