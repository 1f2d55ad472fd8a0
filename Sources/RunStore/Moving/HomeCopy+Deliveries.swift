import PostgreSQL
import SimulationAPI

extension HomeCopy {
    func copyMonitors() throws {
        let all = try source.all("SELECT * FROM monitors ORDER BY rowID") { StoredMonitor($0) }
        for monitor in all {
            guard let owner = runs[monitor.owner] else { continue }
            let new = try target.insert(
                """
                INSERT INTO monitors(owner, name, definition, disabledReason, lastError) VALUES(?1, ?2, ?3, ?4, ?5)
                ON CONFLICT(owner, name) DO NOTHING
                """,
                [owner, monitor.name, monitor.definition, monitor.disabledReason, monitor.lastError]
            )
            if let new {
                monitors[monitor.rowID] = new
                outcome.counts.monitors += 1
            } else {
                let sql = "SELECT rowID FROM monitors WHERE owner = ?1 AND name = ?2"
                monitors[monitor.rowID] = try target.value(sql, [owner, monitor.name])
                if let there = monitors[monitor.rowID] { known.insert(there) }
            }
        }
    }

    func copyDeliveries() throws {
        try target.lockQueues(of: known)
        let batch = RowBatch(
            "deliveries(monitor, webhook, callKey, state, batch, attempts, lastStatus, lastError, dueAt, message)",
            columns: 10
        )
        var numbers: [Int64] = []
        func write() throws {
            for (old, new) in zip(numbers, try batch.insert(into: target)) { deliveries[old] = new }
            numbers = []
        }
        try source.each(
            """
            SELECT rowID, monitor, webhook, callKey, state, batch, attempts, lastStatus, lastError, dueAt, message
            FROM deliveries ORDER BY rowID
            """,
            []
        ) { row in
            guard let monitor = monitors[row[1]] else { return true }
            let (callKey, state): (String, String) = (row[3], row[4])
            let isPending = state == DeliveryState.pending.rawValue
            // A replay that was going on has ended: what it left goes into the usual queue.
            let isOfReplay = row[5] as Int64 != 0
            let due = row[9] as Int64?
            var dueAt = isOfReplay && isPending ? due ?? 0 : due
            if dueAt != nil, known.contains(monitor), try isQueued(callKey, monitor) { dueAt = nil }
            batch.add([
                monitor, (row[2] as Int64?).flatMap { webhooks[$0] }, callKey, state, 0, row[6] as Int64,
                row[7] as Int64?,
                row[8] as String?, dueAt, row[10] as [UInt8]?,
            ])
            numbers.append(row[0])
            outcome.counts.deliveries += 1
            if isPending { outcome.counts.work.pendingDeliveries += 1 }
            if batch.isFull { try write() }
            return true
        }
        try write()
    }

    /// Whether an earlier delivery of a call waits in the queue of a monitor that the store had before.
    private func isQueued(_ callKey: String, _ monitor: Int64) throws -> Bool {
        try target.value(
            """
            SELECT EXISTS(SELECT 1 FROM deliveries WHERE monitor = ?1 AND callKey = ?2 AND batch = 0 AND state = 'pending'
              AND dueAt IS NOT NULL)
            """,
            [monitor, callKey]
        ) ?? false
    }

    func copyAttempts() throws {
        let batch = RowBatch("deliveryAttempts(delivery, sentAt, number, milliseconds, status, error)", columns: 6)
        try source.each("SELECT delivery, sentAt, number, milliseconds, status, error FROM deliveryAttempts", []) {
            row in
            guard let delivery = deliveries[row[0]] else { return true }
            batch.add([
                delivery, row[1] as Int64, row[2] as Int64, row[3] as Int64, row[4] as Int64?, row[5] as String?,
            ])
            outcome.counts.attempts += 1
            if batch.isFull { _ = try batch.insert(into: target) }
            return true
        }
        _ = try batch.insert(into: target)
    }
}
