import GRDB

extension RunStore {
    /// What has been committed of a run's deliveries.
    func counts(run: Int64) async throws -> Inbox.Counts {
        try await pool.read { database in
            var counts = Inbox.Counts()
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT simulationId, count(*) FROM webhooks WHERE run = ? GROUP BY simulationId",
                arguments: [run]
            )
            for row in rows {
                let number: Int = row[1]
                counts.unique += number
                if let id: String = row[0] { counts.events[id] = number } else { counts.quarantined += number }
            }
            counts.received = counts.unique
            let ended = try Row.fetchAll(
                database,
                sql: "SELECT simulationId, count(*) FROM endedCalls WHERE run = ? GROUP BY simulationId",
                arguments: [run]
            )
            for row in ended { counts.endedCalls[row[0]] = row[1] }
            return counts
        }
    }
}
