package import ExactJSON

extension RunStore {
    /// The rows that one transaction looks at.
    private static let look = 2000

    /// Removes the service's own events that came before a moment, with their deliveries.
    ///
    /// Nothing is removed that came after the oldest event with a pending delivery: what is still to be delivered stays, and
    /// a dead letter can be sent again as long as its event is kept.
    ///
    /// - Returns: what was removed.
    package func pruneServiceEvents(before moment: Timestamp) async throws -> HistoryCounts {
        let end = try await read { try Self.firstKept(from: moment, $0) }
        return HistoryCounts(
            events: try await remove("webhooks", "owner = \(InboxOwner.service)", of: "rowID", before: end),
            deliveries: try await remove(
                "deliveries",
                "state <> 'pending' AND monitor IN (\(Self.serviceMonitors))",
                of: "webhook",
                before: end
            )
        )
    }

    private static let serviceMonitors = "SELECT rowID FROM monitors WHERE owner = \(InboxOwner.service)"

    /// The first event that stays: one that came at the moment or later, or that is still to be delivered.
    private static func firstKept(from moment: Timestamp, _ transaction: any StoreTransaction) throws -> Int64 {
        let young: Int64? = try transaction.value(
            "SELECT rowID FROM webhooks WHERE receivedAt >= ?1 ORDER BY rowID LIMIT 1",
            [moment.milliseconds]
        )
        let pending: Int64? = try transaction.value(
            "SELECT min(webhook) FROM deliveries WHERE state = 'pending' AND monitor IN (\(serviceMonitors))"
        )
        return min(young ?? .max, pending ?? .max)
    }

    /// Removes the rows of a table that meet a condition, in the order of arrival and up to an event.
    ///
    /// - Parameter event: the column with the row of the event.
    private func remove(_ table: String, _ condition: String, of event: String, before end: Int64) async throws -> Int {
        var (removed, after, isOver) = (0, Int64(0), false)
        while !isOver {
            let start = after
            let step = try await write { transaction -> (removed: Int, last: Int64, isOver: Bool)? in
                let look: (last: Int64, isOver: Bool)? = try transaction.first(
                    """
                    SELECT rowID, coalesce(\(event), 0) >= ?1 FROM \(table) WHERE rowID = (
                      SELECT max(rowID) FROM (
                        SELECT rowID FROM \(table) WHERE rowID > ?2 ORDER BY rowID LIMIT \(Self.look)) AS next)
                    """,
                    [end, start]
                ) { ($0[0], $0[1]) }
                guard let look else { return nil }
                let removed = try transaction.execute(
                    "DELETE FROM \(table) WHERE rowID > ?1 AND rowID <= ?2 AND \(event) < ?3 AND \(condition)",
                    [start, look.last, end]
                )
                return (removed, look.last, look.isOver)
            }
            guard let step else { return removed }
            (removed, after, isOver) = (removed + step.removed, step.last, step.isOver)
        }
        return removed
    }
}
