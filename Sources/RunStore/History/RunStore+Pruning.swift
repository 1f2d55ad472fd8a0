package import ExactJSON

/// Which ended runs are removed.
package enum PruneRule: Hashable, Sendable {
    /// Those that ended before this moment.
    case endedBefore(Timestamp)
    /// All but the newest runs of this number, those that are going on included.
    case keepingNewest(Int)
}

extension RunStore {
    /// The rows of one transaction of a removal at most.
    private static let portion = 2000

    /// The ended runs that a rule selects, oldest first.
    ///
    /// A run that holds a slot stays: its simulation may still be active.
    package func prunable(_ rule: PruneRule) async throws -> [StoredRun] {
        let condition: String
        let argument: Int64
        switch rule {
        case .endedBefore(let moment): (condition, argument) = ("finishedAt < ?1", moment.milliseconds)
        case .keepingNewest(let count):
            condition = "rowID NOT IN (SELECT rowID FROM runs ORDER BY rowID DESC LIMIT ?1)"
            argument = Int64(count)
        }
        let sql = """
            SELECT * FROM runs WHERE state NOT IN ('queued', 'running') AND \(condition)
              AND id NOT IN (SELECT runId FROM slotTickets) ORDER BY rowID
            """
        return try await read { try $0.all(sql, [argument]) { StoredRun($0) } }
    }

    package func counts(of run: StoredRun) async throws -> HistoryCounts {
        try await read { try History($0).counts(of: run) }
    }

    /// Removes everything that belongs to a run, its row last, in transactions of a bounded size.
    ///
    /// - Parameter removed: counts what is removed, also before a failure.
    /// - Returns: `false`, and nothing more is removed, as soon as a delivery of the run is pending.
    package func removeRun(_ run: StoredRun, counting removed: inout HistoryCounts) async throws -> Bool {
        while true {
            let step = try await write { transaction in
                let origin: String? = try transaction.value(
                    "SELECT auditOrigin FROM runs WHERE rowID = ?1 AND kind = 'run' AND verdict IS NOT NULL",
                    [run.rowID]
                )
                let step = try Self.removePortion(of: run, transaction)
                if self.isShared, step?.isLast == true {
                    try transaction.execute("DELETE FROM runFiles WHERE run = ?1", [run.rowID])
                    try transaction.execute(
                        "INSERT INTO prunedRuns(id, prunedAt) VALUES(?1, ?2) ON CONFLICT(id) DO NOTHING",
                        [run.id, try transaction.now()]
                    )
                    if let origin {
                        try transaction.execute(
                            """
                            INSERT INTO prunedVerdicts(origin, runs) VALUES(?1, 1)
                              ON CONFLICT(origin) DO UPDATE SET runs = prunedVerdicts.runs + 1
                            """,
                            [origin]
                        )
                    }
                }
                return step
            }
            guard let step else { return false }
            removed.events += step.events
            removed.deliveries += step.deliveries
            if step.isLast { return true }
        }
    }

    /// Those of some runs that were removed from a store that machines share, by whichever machine.
    package func pruned(among ids: [String]) async throws -> [String] {
        guard isShared else { return [] }
        var pruned: [String] = []
        for start in stride(from: 0, to: ids.count, by: 1000) {
            let some = Array(ids[start..<min(start + 1000, ids.count)])
            let places = (1...some.count).map { "?\($0)" }.joined(separator: ", ")
            // A run that was moved into the store again is there.
            let sql = """
                SELECT id FROM prunedRuns WHERE id IN (\(places))
                  AND NOT EXISTS(SELECT 1 FROM runs WHERE runs.id = prunedRuns.id) ORDER BY id
                """
            pruned += try await read { try $0.values(sql, some) }
        }
        return pruned
    }

    /// Forgets the names of runs that were removed so long ago that no machine can have anything of them.
    package func forgetPruned(before moment: Timestamp) async throws {
        guard isShared else { return }
        try await execute("DELETE FROM prunedRuns WHERE prunedAt < ?1", [moment.milliseconds])
    }

    private static func removePortion(of run: StoredRun, _ transaction: any StoreTransaction) throws -> (
        events: Int, deliveries: Int, isLast: Bool
    )? {
        let monitors: [Int64] = try transaction.values("SELECT rowID FROM monitors WHERE owner = ?1", [run.rowID])
        var deliveries = 0
        for monitor in monitors {
            let sql = "SELECT EXISTS(SELECT 1 FROM deliveries WHERE monitor = ?1 AND state = 'pending')"
            if try transaction.value(sql, [monitor]) ?? false { return nil }
        }
        func remove(_ table: String, _ condition: String, _ owner: Int64, most: Int) throws -> Int {
            let sql =
                "DELETE FROM \(table) WHERE rowID IN (SELECT rowID FROM \(table) WHERE \(condition) LIMIT \(most))"
            return try transaction.execute(sql, [owner])
        }
        for monitor in monitors where deliveries < portion {
            deliveries += try remove("deliveries", "monitor = ?1", monitor, most: portion - deliveries)
        }
        if deliveries == portion { return (0, deliveries, false) }
        let events = try remove("webhooks", "owner = ?1", run.rowID, most: portion - deliveries)
        if events + deliveries == portion { return (events, deliveries, false) }
        // The table has no row numbers of its own.
        let ended = try transaction.execute(
            """
            DELETE FROM endedCalls WHERE (owner, simulationId, callId) IN
              (SELECT owner, simulationId, callId FROM endedCalls WHERE owner = ?1 LIMIT \(portion))
            """,
            [run.rowID]
        )
        if ended == portion { return (events, deliveries, false) }
        for (table, column) in [
            ("monitors", "owner"), ("runDocuments", "run"), ("submissions", "run"), ("runs", "rowID"),
        ] {
            try transaction.execute("DELETE FROM \(table) WHERE \(column) = ?1", [run.rowID])
        }
        return (events, deliveries, true)
    }
}
