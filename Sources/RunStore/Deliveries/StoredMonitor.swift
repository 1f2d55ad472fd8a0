/// A monitor as a row: where an owner's events are forwarded, and which process forwards them now.
package struct StoredMonitor: Hashable, Sendable {
    /// The number of the row, which deliveries refer to.
    package let rowID: Int64
    /// The row of the run whose events it receives, or ``InboxOwner/service``.
    package let owner: Int64
    /// The name, unique within the owner.
    package let name: String
    /// Everything that is needed to deliver, as JSON; never a secret.
    package let definition: String
    /// Why nothing is sent to it any more; `nil` if deliveries go on.
    package let disabledReason: String?
    package let lastError: String?
    /// The lock of the process that forwards now, or did before it died.
    package let forwarder: String?

    init(_ row: any StoreRow) {
        (rowID, owner, name, definition) = (row["rowID"], row["owner"], row["name"], row["definition"])
        (disabledReason, lastError, forwarder) = (row["disabledReason"], row["lastError"], row["forwarder"])
    }

    static func of(_ rowID: Int64, _ transaction: any StoreTransaction) throws -> StoredMonitor? {
        try transaction.first("SELECT * FROM monitors WHERE rowID = ?1", [rowID]) { StoredMonitor($0) }
    }
}

/// How many deliveries of a monitor are in each state.
package struct DeliveryTotals: Hashable, Sendable {
    /// Taken by the monitor.
    package var delivered = 0
    package var pending = 0
    package var dead = 0
    /// Not sent, since the monitor answered 410.
    package var disabled = 0

    package init() {}

    mutating func add(_ count: Int, to state: DeliveryState?) {
        switch state {
        case .delivered: delivered += count
        case .pending: pending += count
        case .dead: dead += count
        case .disabled: disabled += count
        case nil: break
        }
    }

    package var all: Int { delivered + pending + dead + disabled }
}

extension RunStore {
    /// Stores the monitors of an owner; one that exists already (the run is resumed) keeps its queue.
    ///
    /// - Returns: the row numbers, in the order given.
    package func register(
        _ monitors: [(name: String, definition: String)],
        owner: Int64
    ) async throws -> [Int64] {
        try await write { transaction in
            try monitors.flatMap { monitor -> [Int64] in
                try transaction.values(
                    """
                    INSERT INTO monitors(owner, name, definition) VALUES(?1, ?2, ?3)
                    ON CONFLICT(owner, name) DO UPDATE SET definition = excluded.definition RETURNING rowID
                    """,
                    [owner, monitor.name, monitor.definition]
                )
            }
        }
    }

    /// The monitors of the home, in the order of their rows.
    ///
    /// - Parameters:
    ///   - name: those of this name; `nil` for any.
    ///   - runID: those of this run; `nil` for any owner.
    package func monitors(name: String? = nil, runID: String? = nil) async throws -> [StoredMonitor] {
        try await read { try Self.monitors(name: name, runID: runID, $0) }
    }

    static func monitors(name: String?, runID: String?, _ transaction: any StoreTransaction) throws -> [StoredMonitor] {
        try transaction.all(
            """
            SELECT * FROM monitors WHERE (?1 IS NULL OR name = ?1)
              AND (?2 IS NULL OR owner = (SELECT rowID FROM runs WHERE id = ?2)) ORDER BY rowID
            """,
            [name, runID]
        ) { StoredMonitor($0) }
    }

    /// Claims monitors for a process that forwards: all of them, or none if another living process has one.
    ///
    /// Deliveries that an ended replay has left go back into the usual queue.
    ///
    /// - Parameters:
    ///   - monitors: their row numbers.
    ///   - forwarder: the id of a lock that the process holds for life.
    ///   - isAlive: whether a living process works under an id; `nil` asks the database.
    /// - Returns: the first monitor that another process has, and its lock; `nil` if the monitors are claimed.
    package func claim(
        _ monitors: [Int64],
        for forwarder: String,
        isAlive: (@Sendable (String) -> Bool)? = nil
    ) async throws -> (monitor: Int64, holder: String)? {
        try await write { transaction in
            try transaction.lock("forwarders")
            for monitor in monitors {
                let holder = try StoredMonitor.of(monitor, transaction)?.forwarder
                guard let holder, holder != forwarder else { continue }
                if try isAlive?(holder) ?? transaction.isAlive(holder) { return (monitor, holder) }
            }
            for monitor in monitors {
                try transaction.execute("UPDATE monitors SET forwarder = ?1 WHERE rowID = ?2", [forwarder, monitor])
                try Self.endBatches(of: monitor, transaction)
            }
            return nil
        }
    }

    package func release(monitor: Int64, from forwarder: String) async throws {
        try await write { transaction in
            guard try StoredMonitor.of(monitor, transaction)?.forwarder == forwarder else { return }
            try Self.endBatches(of: monitor, transaction)
            try transaction.execute("UPDATE monitors SET forwarder = NULL WHERE rowID = ?1", [monitor])
        }
    }

    /// Puts the pending deliveries of replays back into the usual queue.
    private static func endBatches(of monitor: Int64, _ transaction: any StoreTransaction) throws {
        try transaction.lockQueues(of: [monitor])
        try transaction.execute(
            """
            UPDATE deliveries SET batch = 0, dueAt = coalesce(dueAt, 0)
            WHERE monitor = ?1 AND state = 'pending' AND batch <> 0
            """,
            [monitor]
        )
    }

    /// Disables a monitor and part of its pending deliveries, so that no commit takes long.
    ///
    /// - Returns: whether more deliveries have to be disabled.
    package func disable(monitor: Int64, because reason: String) async throws -> Bool {
        let chunk = 5000
        return try await write { transaction in
            try transaction.lockQueues(of: [monitor])
            try transaction.execute(
                "UPDATE monitors SET disabledReason = ?2, lastError = ?2 WHERE rowID = ?1",
                [monitor, reason]
            )
            let changed = try transaction.execute(
                """
                UPDATE deliveries SET state = 'disabled', lastError = ?2, dueAt = NULL WHERE rowID IN (
                  SELECT rowID FROM deliveries WHERE monitor = ?1 AND state = 'pending' LIMIT ?3)
                """,
                [monitor, reason, chunk]
            )
            return changed == chunk
        }
    }

    package func monitor(_ rowID: Int64) async throws -> StoredMonitor? {
        try await read { try StoredMonitor.of(rowID, $0) }
    }

    /// How many deliveries of some monitors are in each state.
    ///
    /// - Parameter batch: only those of this replay that did not go back into the usual queue; `nil` for all.
    package func totals(of monitors: [Int64], batch: Int64? = nil) async throws -> DeliveryTotals {
        try await read { transaction in
            let condition = batch == nil ? "" : "AND batch = ?2 AND batch <> 0"
            let sql = "SELECT state, count(*) FROM deliveries WHERE monitor = ?1 \(condition) GROUP BY state"
            var totals = DeliveryTotals()
            for monitor in monitors {
                for case (let state?, let number) in try transaction.numbers(
                    sql,
                    batch.map { [monitor, $0] } ?? [monitor]
                ) {
                    totals.add(number, to: DeliveryState(rawValue: state))
                }
            }
            return totals
        }
    }

    /// Whether a batch of a monitor has pending deliveries.
    ///
    /// The first pending delivery of each call has a due time, so one step into the index of due times is enough.
    package func hasPending(monitor: Int64, batch: Int64 = 0) async throws -> Bool {
        let sql = "SELECT EXISTS(SELECT 1 FROM deliveries WHERE monitor = ?1 AND batch = ?2 AND dueAt IS NOT NULL)"
        return try await read { try $0.value(sql, [monitor, batch]) ?? false }
    }
}
