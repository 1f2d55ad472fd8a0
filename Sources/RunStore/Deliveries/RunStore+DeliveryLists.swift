package import ExactJSON
import FoundationEssentials
import GRDB
package import RingbackHome

extension RunStore {
    private static let columns = """
        d.rowID, m.name AS monitorName, r.id AS runId, w.webhookId, coalesce(w.callId, '') AS callId, d.state,
        d.attempts, d.lastStatus, d.lastError, d.dueAt
        """
    private static let tables = """
        deliveries AS d JOIN monitors AS m ON m.rowID = d.monitor LEFT JOIN runs AS r ON r.rowID = m.owner
        LEFT JOIN webhooks AS w ON w.rowID = d.webhook
        """

    /// One page of the selected deliveries, in the order of their ids.
    package func deliveries(_ query: DeliveryQuery) async throws -> DeliveryPage {
        try await read { try Self.page(query, $0) }
    }

    fileprivate static func page(_ query: DeliveryQuery, _ database: Database) throws -> DeliveryPage {
        let numbers = try numbers(query, limit: query.limit + 1, database)
        let items = try numbers.prefix(query.limit).compactMap { rowID in
            try Row.fetchOne(
                database,
                sql: "SELECT \(columns) FROM \(tables) WHERE d.rowID = ?",
                arguments: [rowID]
            ).flatMap { StoredDelivery($0) }
        }
        return DeliveryPage(items: items, next: numbers.count > query.limit ? items.last?.rowID : nil)
    }

    /// A delivery with its body and its attempts; `nil` for an unknown id.
    package func delivery(_ rowID: Int64) async throws -> DeliveryHistory? {
        try await read { try Self.delivery(rowID, $0) }
    }

    fileprivate static func delivery(_ rowID: Int64, _ database: Database) throws -> DeliveryHistory? {
        let row = try Row.fetchOne(
            database,
            sql: "SELECT \(columns), w.body, d.message FROM \(tables) WHERE d.rowID = ?",
            arguments: [rowID]
        )
        guard let row, let delivery = StoredDelivery(row) else { return nil }
        let body: Data? = row["body"] ?? row["message"]
        return DeliveryHistory(
            delivery: delivery,
            body: body.map { Array($0) } ?? [],
            attempts: try DeliveryAttempt.all(of: rowID, database)
        )
    }

    /// The monitors that have any of the selected deliveries.
    package func monitors(with query: DeliveryQuery) async throws -> [StoredMonitor] {
        try await read { database in
            try Self.monitors(name: query.monitor, runID: query.runID, database).filter { monitor in
                var single = query
                single.after = 0
                return try !Self.numbers(single, of: [monitor.rowID], limit: 1, database).isEmpty
            }
        }
    }

    /// Makes deliveries pending again, in a batch of their own, each as if it had never been sent.
    ///
    /// One invocation takes at most 5000, so that no commit takes long.
    ///
    /// - Returns: how many, and the last of them; `nil` if nothing is left.
    package func replay(
        _ query: DeliveryQuery,
        monitor: Int64,
        batch: Int64,
        now: Timestamp
    ) async throws -> (count: Int, last: Int64)? {
        try await write { database in
            let numbers = try Self.numbers(query, of: [monitor], limit: 5000, database)
            guard let last = numbers.last else { return nil }
            try database.execute(
                sql: "UPDATE monitors SET disabledReason = NULL WHERE rowID = ?",
                arguments: [monitor]
            )
            for rowID in numbers {
                let update = try database.cachedStatement(
                    sql: """
                        UPDATE deliveries SET state = 'pending', batch = ?2, attempts = 0, dueAt = CASE WHEN EXISTS(
                          SELECT 1 FROM deliveries AS earlier WHERE earlier.monitor = deliveries.monitor
                            AND earlier.callKey = deliveries.callKey AND earlier.state = 'pending'
                            AND earlier.batch = ?2 AND earlier.callKey <> '' AND earlier.rowID < deliveries.rowID
                          ) THEN NULL ELSE ?3 END WHERE rowID = ?1
                        """
                )
                try update.execute(arguments: [rowID, batch, now.milliseconds])
            }
            return (numbers.count, last)
        }
    }

    /// The ids of the selected deliveries, in order; those of each monitor are read along an index.
    private static func numbers(
        _ query: DeliveryQuery,
        of monitors: [Int64]? = nil,
        limit: Int,
        _ database: Database
    ) throws -> [Int64] {
        let states = query.states.isEmpty ? DeliveryState.allCases : Array(query.states)
        let monitors =
            try monitors ?? Self.monitors(name: query.monitor, runID: query.runID, database).map(\.rowID)
        if monitors.isEmpty { return [] }
        if !query.ids.isEmpty {
            return try query.ids.filter { $0 > query.after }.sorted().filter { rowID in
                try Bool.fetchOne(
                    database,
                    sql: """
                        SELECT state IN (\(marks(states.count))) AND monitor IN (\(marks(monitors.count)))
                        FROM deliveries WHERE rowID = ?
                        """,
                    arguments: StatementArguments(states.map(\.rawValue)) + StatementArguments(monitors) + [rowID]
                ) ?? false
            }
        }
        var found: [Int64] = []
        for monitor in monitors {
            for state in states {
                let select = try database.cachedStatement(
                    sql: """
                        SELECT d.rowID FROM deliveries AS d WHERE d.monitor = ?1 AND d.state = ?2 AND d.rowID > ?3
                          AND (?4 IS NULL OR (SELECT receivedAt FROM webhooks WHERE rowID = d.webhook) >= ?4)
                        ORDER BY d.rowID LIMIT ?5
                        """
                )
                found += try Int64.fetchAll(
                    select,
                    arguments: [monitor, state.rawValue, query.after, query.since?.milliseconds, limit]
                )
            }
        }
        return Array(found.sorted().prefix(limit))
    }

    private static func marks(_ count: Int) -> String {
        Array(repeating: "?", count: max(1, count)).joined(separator: ", ")
    }
}

/// Reads a home's deliveries, slots and runs and changes nothing; other processes may write meanwhile.
package struct HomeReader: Sendable {
    private let home: Home

    package init(_ home: Home) { self.home = home }

    /// One page of the selected deliveries, in the order of their ids.
    package func deliveries(_ query: DeliveryQuery) async throws -> DeliveryPage {
        try await read { try RunStore.page(query, $0) }
    }

    /// A delivery with its body and its attempts; `nil` for an unknown id.
    package func delivery(_ rowID: Int64) async throws -> DeliveryHistory? {
        try await read { try RunStore.delivery(rowID, $0) }
    }

    /// The tickets of all pools, in the order of arrival.
    package func tickets() async throws -> [SlotTicket] { try await read { try SlotTicket.all(of: nil, $0) } }

    func read<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        let home = home
        return try await BlockingWork.run {
            try ReadOnlyDatabase.with(home) { database in
                try Schema.check(database)
                return try body(database)
            }
        }
    }
}
