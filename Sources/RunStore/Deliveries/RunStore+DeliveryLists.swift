package import ExactJSON
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

    fileprivate static func page(_ query: DeliveryQuery, _ transaction: any StoreTransaction) throws -> DeliveryPage {
        let numbers = try numbers(query, limit: query.limit + 1, transaction)
        let items = try numbers.prefix(query.limit).compactMap { rowID in
            try transaction.first("SELECT \(columns) FROM \(tables) WHERE d.rowID = ?1", [rowID]) { StoredDelivery($0) }
                ?? nil
        }
        return DeliveryPage(items: items, next: numbers.count > query.limit ? items.last?.rowID : nil)
    }

    /// A delivery with its body and its attempts; `nil` for an unknown id.
    package func delivery(_ rowID: Int64) async throws -> DeliveryHistory? {
        try await read { try Self.delivery(rowID, format: .max, $0) }
    }

    fileprivate static func delivery(
        _ rowID: Int64,
        format: Int,
        _ transaction: any StoreTransaction
    ) throws -> DeliveryHistory? {
        let sql = "SELECT \(columns), w.body, d.message FROM \(tables) WHERE d.rowID = ?1"
        let found: (StoredDelivery?, [UInt8]?)? = try transaction.first(sql, [rowID]) { row in
            (StoredDelivery(row), row["body"] ?? row["message"])
        }
        guard case (let delivery?, let body)? = found else { return nil }
        return DeliveryHistory(
            delivery: delivery,
            body: body ?? [],
            attempts: try DeliveryAttempt.all(of: rowID, format: format, transaction)
        )
    }

    /// The monitors that have pending deliveries, in the order of their rows.
    package func monitorsWithPending() async throws -> [StoredMonitor] {
        let sql = """
            SELECT * FROM monitors WHERE EXISTS(
              SELECT 1 FROM deliveries WHERE monitor = monitors.rowID AND state = 'pending') ORDER BY rowID
            """
        return try await read { try $0.all(sql) { StoredMonitor($0) } }
    }

    /// The monitors that have any of the selected deliveries.
    package func monitors(with query: DeliveryQuery) async throws -> [StoredMonitor] {
        try await read { transaction in
            try Self.monitors(name: query.monitor, runID: query.runID, transaction).filter { monitor in
                var single = query
                single.after = 0
                return try !Self.numbers(single, of: [monitor.rowID], limit: 1, transaction).isEmpty
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
        try await write { transaction in
            try transaction.lockQueues(of: [monitor])
            let numbers = try Self.numbers(query, of: [monitor], limit: 5000, transaction)
            guard let last = numbers.last else { return nil }
            try transaction.execute("UPDATE monitors SET disabledReason = NULL WHERE rowID = ?1", [monitor])
            for rowID in numbers {
                try transaction.execute(
                    """
                    UPDATE deliveries SET state = 'pending', batch = ?2, attempts = 0, dueAt = CASE WHEN EXISTS(
                      SELECT 1 FROM deliveries AS earlier WHERE earlier.monitor = deliveries.monitor
                        AND earlier.callKey = deliveries.callKey AND earlier.state = 'pending'
                        AND earlier.batch = ?2 AND earlier.callKey <> '' AND earlier.rowID < deliveries.rowID
                      ) THEN NULL ELSE ?3 END WHERE rowID = ?1
                    """,
                    [rowID, batch, now.milliseconds]
                )
            }
            return (numbers.count, last)
        }
    }

    /// The ids of the selected deliveries, in order; those of each monitor are read along an index.
    private static func numbers(
        _ query: DeliveryQuery,
        of monitors: [Int64]? = nil,
        limit: Int,
        _ transaction: any StoreTransaction
    ) throws -> [Int64] {
        let states = query.states.isEmpty ? DeliveryState.allCases : Array(query.states)
        let monitors =
            try monitors ?? Self.monitors(name: query.monitor, runID: query.runID, transaction).map(\.rowID)
        if monitors.isEmpty { return [] }
        if !query.ids.isEmpty {
            let (words, rows) = (Set(states), Set(monitors))
            return try query.ids.filter { $0 > query.after }.sorted().filter { rowID in
                let sql = "SELECT state, monitor FROM deliveries WHERE rowID = ?1"
                let found: (String, Int64)? = try transaction.first(sql, [rowID]) { ($0[0], $0[1]) }
                return found.map { state, monitor in
                    DeliveryState(rawValue: state).map { words.contains($0) } ?? false && rows.contains(monitor)
                } ?? false
            }
        }
        var found: [Int64] = []
        for monitor in monitors {
            for state in states {
                found += try transaction.values(
                    """
                    SELECT d.rowID FROM deliveries AS d WHERE d.monitor = ?1 AND d.state = ?2 AND d.rowID > ?3
                      AND (?4 IS NULL OR (SELECT receivedAt FROM webhooks WHERE rowID = d.webhook) >= ?4)
                    ORDER BY d.rowID LIMIT ?5
                    """,
                    [monitor, state.rawValue, query.after, query.since?.milliseconds, limit]
                )
            }
        }
        return Array(found.sorted().prefix(limit))
    }
}

/// Reads a home's deliveries, slots and runs and changes nothing; other processes may write meanwhile.
package struct HomeReader: Sendable {
    private let home: Home

    package init(_ home: Home) { self.home = home }

    /// Whether machines share what is read.
    var isShared: Bool { home.store != .home }

    /// One page of the selected deliveries, in the order of their ids.
    package func deliveries(_ query: DeliveryQuery) async throws -> DeliveryPage {
        try await read { transaction, _ in try RunStore.page(query, transaction) }
    }

    /// A delivery with its body and its attempts; `nil` for an unknown id.
    package func delivery(_ rowID: Int64) async throws -> DeliveryHistory? {
        try await read { try RunStore.delivery(rowID, format: $1, $0) }
    }

    /// The tickets of all pools, in the order of arrival.
    package func tickets() async throws -> [SlotTicket] {
        try await read { transaction, _ in try SlotTicket.all(of: nil, transaction) }
    }

    /// Whether a living process works on a run, or as a service.
    package func isAlive(_ id: String) async throws -> Bool {
        try await read { transaction, _ in try transaction.isAlive(id) }
    }

    /// Passes the database and its format, which may be older than this version's, to `body`.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction, _ format: Int) throws -> Result
    ) async throws -> Result {
        let home = home
        return try await BlockingWork.run {
            if case .shared(let place) = home.store {
                return try SharedStore.reading(place) { try body($0, Schema.version) }
            }
            return try ReadOnlyDatabase.with(home) { database in
                let format = try Schema.check(database)
                return try body(SQLiteTransaction(database, of: home), format)
            }
        }
    }
}
