/// How a monitor is, for somebody who looks at the whole service.
package struct MonitorHealth: Hashable, Sendable {
    /// No count goes further than this, so that a look costs little however long a queue is.
    package static let most = 1000

    package var name: String
    /// The run whose events it gets; `nil` for a monitor of the service.
    package var runID: String?
    /// Why nothing is sent to it any more; `nil` if deliveries go on.
    package var disabledReason: String?
    package var lastError: String?
    package var pending: Int
    package var dead: Int
    package var disabled: Int
}

extension RunStore {
    /// The monitors of the service, and those of runs that have dead letters or were disabled, newest first.
    package func monitorHealth(limit: Int) async throws -> [MonitorHealth] {
        try await read { transaction in
            try transaction.all(Self.monitorHealth, [limit]) { row in
                MonitorHealth(
                    name: row["name"],
                    runID: row["runId"],
                    disabledReason: row["disabledReason"],
                    lastError: row["lastError"],
                    pending: row["pending"],
                    dead: row["dead"],
                    disabled: row["disabled"]
                )
            }
        }
    }

    static let monitorHealth = """
        SELECT m.name, r.id AS runId, m.disabledReason, m.lastError,
          (SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE monitor = m.rowID AND state = 'pending' LIMIT 1000) AS p)
            AS pending,
          (SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE monitor = m.rowID AND state = 'dead' LIMIT 1000) AS d) AS dead,
          (SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE monitor = m.rowID AND state = 'disabled' LIMIT 1000) AS n)
            AS disabled
        FROM monitors AS m LEFT JOIN runs AS r ON r.rowID = m.owner
        WHERE m.owner = 0 OR m.disabledReason IS NOT NULL
          OR EXISTS(SELECT 1 FROM deliveries WHERE monitor = m.rowID AND state IN ('dead', 'disabled'))
        ORDER BY m.owner = 0 DESC, m.rowID DESC LIMIT ?1
        """
}
