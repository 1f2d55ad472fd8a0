package import ExactJSON
import RingbackHome

/// A delivery that may be sent now.
package struct DueDelivery: Hashable, Sendable {
    package var rowID: Int64
    /// The simulation and the call, whose deliveries go one after the other; empty for a message of the run itself.
    package var callKey: String
    /// The `webhook-id`, the same for every attempt.
    package var webhookID: String
    /// What is sent, byte for byte.
    package var body: [UInt8]
    package var attempts = 0
}

/// How a delivery changes after an attempt.
package struct DeliveryChange: Hashable, Sendable {
    package let rowID: Int64
    package let monitor: Int64
    package let batch: Int64
    package let callKey: String
    package var state = DeliveryState.pending
    package var attempts: Int
    package var status: Int?
    package var error: String?
    /// The reason of the failure, without the number of attempts.
    package var reason: String?
    /// When it is sent again, in milliseconds since 1970; `nil` if it is not.
    package var dueAt: Int64?
    /// The attempt itself; `nil` if nothing was sent.
    package var attempt: DeliveryAttempt?
    /// Set if the monitor keeps failing, so that the failure says more than how this delivery fares.
    package var outage: Outage?

    /// What a failure means for the other deliveries of a monitor that keeps failing.
    package struct Outage: Hashable, Sendable {
        /// The pauses after the first and further attempts, in milliseconds; after the last one a delivery is dead.
        package var pauses: [Int64]
        /// The moment at which a failed probe counts as the attempt of every delivery that is due; `nil` for an attempt that was not a probe.
        package var countsAt: Int64?
        /// The deliveries that are under way, which count for themselves.
        package var flights: Set<Int64>

        package init(pauses: [Int64], countsAt: Int64?, flights: Set<Int64>) {
            (self.pauses, self.countsAt, self.flights) = (pauses, countsAt, flights)
        }
    }

    /// A change that leaves a delivery pending and due at no time.
    package init(_ delivery: DueDelivery, of monitor: Int64, batch: Int64 = 0) {
        rowID = delivery.rowID
        self.monitor = monitor
        self.batch = batch
        callKey = delivery.callKey
        attempts = delivery.attempts
    }
}

extension RunStore {
    /// The deliveries that are due now, the longest due first; when the next one is due, in milliseconds since 1970; and
    /// the newest delivery of all.
    ///
    /// The page has at most `limit` rows and about `maxBytes` of bodies, however long the queue.
    package func due(
        monitor: Int64,
        batch: Int64,
        now: Timestamp,
        limit: Int,
        excluding taken: Set<Int64> = [],
        maxBytes: Int = 4 * 1024 * 1024
    ) async throws -> (page: [DueDelivery], next: Int64?, newest: Int64) {
        try await read { transaction in
            let newest: Int64? = try transaction.value("SELECT max(rowID) FROM deliveries")
            var (page, size, next): ([DueDelivery], Int, Int64?) = ([], 0, nil)
            try transaction.each(
                """
                SELECT d.rowID, d.callKey, d.attempts, w.webhookId, w.body, d.message, d.dueAt
                FROM deliveries AS d LEFT JOIN webhooks AS w ON w.rowID = d.webhook
                WHERE d.monitor = ?1 AND d.batch = ?2 AND d.dueAt IS NOT NULL
                ORDER BY d.dueAt, d.rowID LIMIT ?3
                """,
                [monitor, batch, limit + taken.count + 1]
            ) { row in
                let (rowID, dueAt): (Int64, Int64) = (row[0], row[6])
                let isTaken = taken.contains(rowID)
                if dueAt > now.milliseconds || !isTaken && (page.count >= limit || size >= maxBytes) {
                    next = dueAt
                    return false
                }
                if isTaken { return true }
                let body: [UInt8] = row[4] ?? row[5] ?? []
                size += body.count
                let webhookID: String = row[3] ?? "message-\(rowID)"
                page.append(
                    DueDelivery(rowID: rowID, callKey: row[1], webhookID: webhookID, body: body, attempts: row[2])
                )
                return true
            }
            return (page, next, newest ?? 0)
        }
    }

    /// Stores changes; once a delivery has left the state pending, the next one of its call becomes due.
    ///
    /// Blocks the calling thread.
    package func recordBlocking(_ changes: [DeliveryChange], at now: Timestamp) throws {
        try recordOwn(changes, at: now)
        // In commits of their own, so that none takes long.
        for change in changes where change.outage?.countsAt != nil { while try count(probe: change, at: now) {} }
    }

    private func recordOwn(_ changes: [DeliveryChange], at now: Timestamp) throws {
        try writeBlocking { transaction in
            try transaction.lockQueues(of: changes.map(\.monitor))
            var errors: [Int64: String] = [:]
            var statements: [StoreStatement] = []
            for change in changes {
                statements.append(
                    StoreStatement(
                        """
                        UPDATE deliveries SET state = ?1, attempts = ?2, lastStatus = ?3, lastError = ?4, dueAt = ?5
                        WHERE rowID = ?6 AND state = 'pending'
                        """,
                        [
                            change.state.rawValue, change.attempts, change.status, change.error, change.dueAt,
                            change.rowID,
                        ]
                    )
                )
                if let attempt = change.attempt { statements.append(attempt.insertion(for: change.rowID)) }
                if let error = change.error { errors[change.monitor] = error }
                let isOver = change.state != .pending
                statements += Self.followUp(change, change.callKey, change.attempts, isOver: isOver, now)
            }
            statements += errors.map { monitor, error in
                StoreStatement("UPDATE monitors SET lastError = ?1 WHERE rowID = ?2", [error, monitor])
            }
            try transaction.executeAll(statements)
            DeliveryPoint.beforeCommit.reach()
        }
        DeliveryPoint.afterCommit.reach()
    }

    /// Counts a failed probe as the attempt of deliveries that are due, 5000 at most.
    ///
    /// - Returns: whether there may be more.
    private func count(probe change: DeliveryChange, at now: Timestamp) throws -> Bool {
        guard let outage = change.outage, let moment = outage.countsAt else { return false }
        return try writeBlocking { transaction in
            try transaction.lockQueues(of: [change.monitor])
            let pauses = outage.pauses.enumerated().map { "WHEN \($0) THEN \(moment + $1)" }.joined(separator: " ")
            let flights = outage.flights.map { String($0) }.joined(separator: ", ")
            let last = outage.pauses.count
            let counted: [(callKey: String, attempts: Int, state: String)] = try transaction.all(
                """
                UPDATE deliveries SET attempts = attempts + 1, lastStatus = ?4, dueAt = CASE attempts \(pauses) END,
                  state = CASE WHEN attempts < ?6 THEN 'pending' ELSE 'dead' END,
                  lastError = CASE WHEN attempts < ?6 THEN ?5 ELSE ?7 END
                WHERE rowID IN (
                  SELECT rowID FROM deliveries WHERE monitor = ?1 AND batch = ?2 AND dueAt <= ?3
                    \(flights.isEmpty ? "" : "AND rowID NOT IN (\(flights))") LIMIT 5000)
                RETURNING callKey, attempts, state
                """,
                [
                    change.monitor, change.batch, moment, change.status, change.reason, last,
                    change.reason.map { "\($0), after \(last + 1) attempts" },
                ]
            ) { ($0[0], $0[1], $0[2]) }
            try transaction.executeAll(
                counted.flatMap { row in
                    let isOver = row.state == DeliveryState.dead.rawValue
                    return Self.followUp(change, row.callKey, row.attempts, isOver: isOver, now)
                }
            )
            return counted.count == 5000
        }
    }

    /// What follows for the later deliveries of a call from an attempt of its first one.
    private static func followUp(
        _ change: DeliveryChange,
        _ callKey: String,
        _ attempts: Int,
        isOver: Bool,
        _ now: Timestamp
    ) -> [StoreStatement] {
        if callKey.isEmpty { return [] }
        var statements: [StoreStatement] = []
        if let outage = change.outage {
            // They would have failed too. Each still gets one attempt of its own.
            statements.append(
                StoreStatement(
                    """
                    UPDATE deliveries SET attempts = ?4 WHERE monitor = ?1 AND callKey = ?2 AND state = 'pending'
                      AND batch = ?3 AND dueAt IS NULL AND attempts < ?4
                    """,
                    [change.monitor, callKey, change.batch, min(attempts, outage.pauses.count)]
                )
            )
        }
        guard isOver else { return statements }
        statements.append(
            StoreStatement(
                """
                UPDATE deliveries SET dueAt = ?4 WHERE rowID = (
                  SELECT rowID FROM deliveries WHERE monitor = ?1 AND callKey = ?2 AND state = 'pending'
                    AND batch = ?3 ORDER BY rowID LIMIT 1) AND dueAt IS NULL
                """,
                [change.monitor, callKey, change.batch, now.milliseconds]
            )
        )
        return statements
    }

    /// Enqueues a message of the run itself, such as its summary; one per monitor and name.
    package func enqueue(message: [UInt8], as name: String = "", to monitor: Int64, at now: Timestamp) async throws {
        // A resumed run sends it once.
        let sql = """
            INSERT INTO deliveries(monitor, callKey, state, batch, attempts, dueAt, message)
            SELECT ?1, ?2, 'pending', 0, 0, ?3, ?4 WHERE NOT EXISTS(
              SELECT 1 FROM deliveries WHERE monitor = ?1 AND webhook IS NULL AND callKey = ?2)
            """
        try await execute(sql, [monitor, name, now.milliseconds, message])
    }
}

/// The points of forwarding at which a test can make the process die; see `CrashSwitch`.
package enum DeliveryPoint: String, CaseIterable {
    case beforeSend = "delivery-before-send"
    case afterAnswer = "delivery-after-answer"
    case beforeCommit = "delivery-before-commit"
    case afterCommit = "delivery-after-commit"

    /// Dies here if a test asked for it.
    package func reach() { CrashSwitch.reach(rawValue) }
}
