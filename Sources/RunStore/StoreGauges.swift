package import ExactJSON

/// What the metrics of a service say of its store, as of one moment.
package struct StoreGauges: Sendable {
    /// The number of runs in each state.
    package var runs: [StoredRun.State: Int] = [:]
    /// When the oldest run that waits was submitted.
    package var oldestQueued: Timestamp?
    /// How many runs hold a slot of a pool, and how many wait for one.
    package var slots: [String: (held: Int, waiting: Int)] = [:]
    /// The number of deliveries by the name of their monitor and their state.
    package var deliveries: [(monitor: String, state: DeliveryState, count: Int)] = []
    /// Rows that were changed or deleted and whose place is not free yet; `nil` for a database that keeps none.
    package var deadRows: Int?
}

extension RunStore {
    package func gauges() async throws -> StoreGauges {
        try await read { transaction in
            var gauges = StoreGauges()
            for (word, count) in try transaction.numbers("SELECT state, count(*) FROM runs GROUP BY state") {
                if let state = word.flatMap({ StoredRun.State(rawValue: $0) }) { gauges.runs[state] = count }
            }
            let oldest =
                try transaction.value(
                    """
                    SELECT min(submittedAt) FROM runs JOIN submissions ON run = runs.rowID
                    WHERE state = 'queued' AND finishedAt IS NULL AND runs.rowID >= ?1
                    """,
                    [self.queueStart]
                ) as Int64?
            gauges.oldestQueued = oldest.map { Timestamp(milliseconds: $0) }
            for ticket in try SlotTicket.all(of: nil, transaction) {
                var counts = gauges.slots[ticket.pool] ?? (0, 0)
                if ticket.held { counts.held += 1 } else { counts.waiting += 1 }
                gauges.slots[ticket.pool] = counts
            }
            gauges.deliveries = try transaction.all(
                """
                SELECT name, state, CAST(sum(number) AS bigint) FROM (
                  SELECT monitor, state, count(*) AS number FROM deliveries GROUP BY monitor, state) AS counts
                JOIN monitors ON monitors.rowID = monitor GROUP BY name, state
                """
            ) { row in DeliveryState(rawValue: row[1]).map { (row[0], $0, row[2]) } }.compactMap { $0 }
            gauges.deadRows = try transaction.deadRows()
            return gauges
        }
    }
}
