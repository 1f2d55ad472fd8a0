package import ExactJSON
import GRDB
import RingbackHome

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A delivery that may be sent now.
package struct DueDelivery: Hashable, Sendable {
    /// The number of the row.
    package var rowID: Int64
    /// The simulation and the call, whose deliveries go one after the other; empty for a message of the run's own.
    package var callKey: String
    /// The identity that it is sent under, the same for ever.
    package var webhookID: String
    /// What is sent, byte for byte.
    package var body: [UInt8]
    /// How often it was sent before.
    package var attempts: Int

    /// Creates a delivery.
    package init(rowID: Int64, callKey: String, webhookID: String, body: [UInt8], attempts: Int = 0) {
        self.rowID = rowID
        self.callKey = callKey
        self.webhookID = webhookID
        self.body = body
        self.attempts = attempts
    }
}

/// What becomes of a delivery after an attempt.
package struct DeliveryChange: Hashable, Sendable {
    /// The number of the row.
    package var rowID: Int64
    /// The monitor.
    package var monitor: Int64
    /// The batch that it was sent in.
    package var batch: Int64
    /// The simulation and the call.
    package var callKey: String
    /// Where it stands now.
    package var state: DeliveryState
    /// How often it was sent.
    package var attempts: Int
    /// The status of the answer, where there was one.
    package var status: Int?
    /// What went wrong.
    package var error: String?
    /// When it is sent again, in milliseconds since 1970; `nil` where it is not.
    package var dueAt: Int64?

    /// Creates a change.
    package init(
        rowID: Int64,
        monitor: Int64,
        batch: Int64,
        callKey: String,
        state: DeliveryState,
        attempts: Int,
        status: Int? = nil,
        error: String? = nil,
        dueAt: Int64? = nil
    ) {
        self.rowID = rowID
        self.monitor = monitor
        self.batch = batch
        self.callKey = callKey
        self.state = state
        self.attempts = attempts
        self.status = status
        self.error = error
        self.dueAt = dueAt
    }
}

extension RunStore {
    /// What may be sent to a monitor now, oldest first; and when there is more, in milliseconds since 1970.
    ///
    /// Reads a page of bounded size, whatever waits: at most `limit` rows and about `maxBytes` of bodies.
    package func due(
        monitor: Int64,
        batch: Int64,
        now: Timestamp,
        limit: Int,
        excluding taken: Set<Int64> = [],
        maxBytes: Int = 4 * 1024 * 1024
    ) async throws -> (page: [DueDelivery], next: Int64?) {
        try await pool.read { database in
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT d.rowID, d.callKey, d.attempts, w.webhookId, w.body, d.message, d.dueAt
                        FROM deliveries AS d LEFT JOIN webhooks AS w ON w.rowID = d.webhook
                        WHERE d.monitor = ? AND d.batch = ? AND d.dueAt IS NOT NULL
                        ORDER BY d.dueAt, d.rowID LIMIT ?
                        """
                ),
                arguments: [monitor, batch, limit + taken.count + 1]
            )
            var page: [DueDelivery] = []
            var bytes = 0
            while let row = try rows.next() {
                let dueAt: Int64 = row[6]
                guard dueAt <= now.milliseconds else { return (page, dueAt) }
                let rowID: Int64 = row[0]
                if taken.contains(rowID) { continue }
                guard page.count < limit, bytes < maxBytes else { return (page, dueAt) }
                let body: Data? = row[4] ?? row[5]
                bytes += body?.count ?? 0
                page.append(
                    DueDelivery(
                        rowID: rowID,
                        callKey: row[1],
                        webhookID: row[3] ?? "message-\(rowID)",
                        body: body.map { Array($0) } ?? [],
                        attempts: row[2]
                    )
                )
            }
            return (page, nil)
        }
    }

    /// Keeps what became of deliveries, and lets the next one of each call that is through come forward.
    ///
    /// Blocks the calling thread.
    package func recordBlocking(_ changes: [DeliveryChange], at now: Timestamp) throws {
        try writeBlocking { database in
            let update = try database.cachedStatement(
                sql: """
                    UPDATE deliveries SET state = ?, attempts = ?, lastStatus = ?, lastError = ?, dueAt = ?
                    WHERE rowID = ? AND state = 'pending'
                    """
            )
            let release = try database.cachedStatement(
                sql: """
                    UPDATE deliveries SET dueAt = ?4 WHERE rowID = (
                      SELECT rowID FROM deliveries WHERE monitor = ?1 AND callKey = ?2 AND state = 'pending'
                        AND batch = ?3 ORDER BY rowID LIMIT 1) AND dueAt IS NULL
                    """
            )
            var errors: [Int64: String] = [:]
            for change in changes {
                try update.execute(arguments: [
                    change.state.rawValue, change.attempts, change.status, change.error, change.dueAt, change.rowID,
                ])
                if let error = change.error { errors[change.monitor] = error }
                guard change.state != .pending, !change.callKey.isEmpty else { continue }
                try release.execute(arguments: [change.monitor, change.callKey, change.batch, now.milliseconds])
            }
            for (monitor, error) in errors {
                try database.execute(
                    sql: "UPDATE monitors SET lastError = ? WHERE rowID = ?",
                    arguments: [error, monitor]
                )
            }
            DeliveryPoint.beforeCommit.reach()
        }
        DeliveryPoint.afterCommit.reach()
    }

    /// Enqueues a message that is no event, such as the summary of a run; one per monitor and name.
    package func enqueue(
        message: [UInt8],
        as name: String = "",
        to monitor: Int64,
        at now: Timestamp
    ) async throws {
        try await write { database in
            // A run that is resumed says it once.
            let isThere = try Bool.fetchOne(
                database,
                sql: "SELECT EXISTS(SELECT 1 FROM deliveries WHERE monitor = ? AND webhook IS NULL AND callKey = ?)",
                arguments: [monitor, name]
            )
            guard isThere != true else { return }
            try database.execute(
                sql: """
                    INSERT INTO deliveries(monitor, callKey, state, batch, attempts, dueAt, message)
                    VALUES(?, ?, 'pending', 0, 0, ?, ?)
                    """,
                arguments: [monitor, name, now.milliseconds, message.databaseBlob]
            )
        }
    }
}
