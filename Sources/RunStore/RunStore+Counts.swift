import GRDB

extension RunStore {
    /// A run's deliveries by simulation, see ``eventsByCall``.
    static let deliveryCounts = """
        SELECT simulationId, count(*) FROM webhooks WHERE owner = ? AND owner <> 0 GROUP BY simulationId
        """

    /// What has been committed of a run's deliveries.
    ///
    /// Nothing of a service's: nobody asks, and to count all that it ever received would take longer with each day.
    func counts(owner: Int64) async throws -> Inbox.Counts {
        guard owner != InboxOwner.service else { return Inbox.Counts() }
        return try await pool.read { database in
            var counts = Inbox.Counts()
            let rows = try Row.fetchAll(database, sql: Self.deliveryCounts, arguments: [owner])
            for row in rows {
                let number: Int = row[1]
                counts.unique += number
                if let id: String = row[0] { counts.events[id] = number } else { counts.quarantined += number }
            }
            counts.received = counts.unique
            let ended = try Row.fetchAll(
                database,
                sql: "SELECT simulationId, count(*) FROM endedCalls WHERE owner = ? GROUP BY simulationId",
                arguments: [owner]
            )
            for row in ended { counts.endedCalls[row[0]] = row[1] }
            return counts
        }
    }

    /// The simulations that an owner knows: that of a run, or those of all runs for the service.
    func simulationIDs(owner: Int64) async throws -> Set<String> {
        try await pool.read { database in
            try String.fetchSet(
                database,
                sql: "SELECT simulationId FROM runs WHERE simulationId IS NOT NULL AND (? = 0 OR rowID = ?)",
                arguments: [owner, owner]
            )
        }
    }
}
