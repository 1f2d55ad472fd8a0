/// A run's place in the queue for a slot, or the slot that it holds.
package struct SlotTicket: Hashable, Sendable {
    /// The number of the row: the order of arrival.
    package let rowID: Int64
    /// The origin and the organisation that the slots belong to.
    package let pool: String
    package let runId: String
    /// The scenario's tag, within which tickets are served in order.
    package let tag: String
    /// The tag of the simulation, by which it can be found.
    package let wireTag: String
    /// The number of the slot that it holds, from 1 and unique in the pool; `nil` while it waits.
    package var slot: Int?
    package var simulationId: String?
    /// When a create was about to be sent, or its simulation was last seen to go on, in milliseconds since 1970; `nil` if
    /// no create was sent.
    package var intendedAt: Int64?

    package var held: Bool { slot != nil }

    static func all(of pool: String?, _ transaction: any StoreTransaction) throws -> [SlotTicket] {
        let sql = "SELECT * FROM slotTickets WHERE ?1 IS NULL OR pool = ?1 ORDER BY rowID"
        return try transaction.all(sql, [pool]) { SlotTicket($0) }
    }

    static func of(run id: String, _ transaction: any StoreTransaction) throws -> SlotTicket? {
        try transaction.first("SELECT * FROM slotTickets WHERE runId = ?1", [id]) { SlotTicket($0) }
    }

    init(_ row: any StoreRow) {
        self.init(
            rowID: row["rowID"],
            pool: row["pool"],
            runId: row["runId"],
            tag: row["tag"],
            wireTag: row["wireTag"],
            slot: row["slot"],
            simulationId: row["simulationId"],
            intendedAt: row["intendedAt"]
        )
    }

    package init(
        rowID: Int64,
        pool: String,
        runId: String,
        tag: String,
        wireTag: String,
        slot: Int? = nil,
        simulationId: String? = nil,
        intendedAt: Int64? = nil
    ) {
        (self.rowID, self.pool, self.runId, self.tag, self.wireTag) = (rowID, pool, runId, tag, wireTag)
        (self.slot, self.simulationId, self.intendedAt) = (slot, simulationId, intendedAt)
    }

    /// Stores what can change of a ticket; returns whether it is still there.
    @discardableResult
    func update(_ transaction: any StoreTransaction) throws -> Bool {
        try transaction.execute(
            "UPDATE slotTickets SET slot = ?1, simulationId = ?2, intendedAt = ?3 WHERE rowID = ?4",
            [slot, simulationId, intendedAt, rowID]
        ) == 1
    }
}

/// In which order tickets are served: first come, first served within a tag, and the tags in turn.
package enum SlotOrder {
    /// Orders waiting tickets.
    ///
    /// - Parameters:
    ///   - waiting: the tickets, in any order.
    ///   - turns: when each tag was served last, as a number that grows; a tag that never was comes first.
    package static func order(_ waiting: [SlotTicket], turns: [String: Int64]) -> [SlotTicket] {
        var queues = Dictionary(grouping: waiting.sorted { $0.rowID < $1.rowID }, by: \.tag).mapValues { $0[...] }
        var turns = turns
        var turn = turns.values.max() ?? 0
        var order: [SlotTicket] = []
        func rank(_ queue: (key: String, value: ArraySlice<SlotTicket>)) -> (Int64, Int64) {
            (turns[queue.key] ?? 0, queue.value.first?.rowID ?? 0)
        }
        while let next = queues.min(by: { rank($0) < rank($1) }) {
            order += next.value.prefix(1)
            turn += 1
            turns[next.key] = turn
            queues[next.key] = next.value.count > 1 ? next.value.dropFirst() : nil
        }
        return order
    }
}

/// The answer to a request for a slot.
package enum SlotDecision: Hashable, Sendable {
    case held
    /// It waits behind that number of runs, while others hold the slots.
    case waiting(ahead: Int, holders: [SlotTicket])
    /// It has no ticket: it stood still, and another run took it for dead.
    case missing
}

extension RunStore {
    /// Queues a run for a slot; a ticket that it has already keeps its place.
    package func queue(pool: String, runID: String, tag: String, wireTag: String) async throws {
        let sql =
            "INSERT INTO slotTickets(pool, runId, tag, wireTag) VALUES(?1, ?2, ?3, ?4) ON CONFLICT(runId) DO NOTHING"
        try await execute(sql, [pool, runID, tag, wireTag])
    }

    /// Takes a slot if it is the run's turn.
    ///
    /// The ticket of a run that died while it waited is deleted; the slot of a run that died holding it stays occupied.
    ///
    /// - Parameters:
    ///   - runID: the run, which has a ticket.
    ///   - capacity: the slots of the pool.
    ///   - isAlive: whether a run's process lives; `nil` asks the database.
    package func takeSlot(
        runID: String,
        capacity: Int,
        isAlive: (@Sendable (_ runID: String) -> Bool)? = nil
    ) async throws -> SlotDecision {
        // After an outage the leases of living runs may have lapsed, so that no ticket counts as that of a dead run.
        let isCertain = leases?.mayTakeLapsed ?? true
        let everybody: @Sendable (String) -> Bool = { _ in true }
        let isAlive = isAlive ?? (isCertain ? nil : everybody)
        // First without the lock of writers: mostly nothing has changed.
        let seen = try await read { try Self.decision(runID, capacity, isAlive, $0) }
        guard seen.decision == .held || !seen.dead.isEmpty else { return seen.decision }
        return try await write { transaction in
            guard let pool = try SlotTicket.of(run: runID, transaction)?.pool else { return .missing }
            try transaction.lock("slots \(pool)")
            let (decision, dead, ticket, free) = try Self.decision(runID, capacity, isAlive, transaction)
            for ticket in dead { try transaction.execute("DELETE FROM slotTickets WHERE rowID = ?1", [ticket.rowID]) }
            guard decision == .held, var ticket, !ticket.held else { return decision }
            ticket.slot = free
            try ticket.update(transaction)
            try transaction.execute(
                """
                INSERT INTO slotTurns(pool, tag, turn)
                SELECT ?1, ?2, coalesce(max(turn), 0) + 1 FROM slotTurns WHERE pool = ?1
                ON CONFLICT(pool, tag) DO UPDATE SET turn = excluded.turn
                """,
                [ticket.pool, ticket.tag]
            )
            return .held
        }
    }

    /// Changes the ticket of a run; returns false if it has none.
    @discardableResult
    package func updateTicket(
        of runID: String,
        _ change: @escaping @Sendable (inout SlotTicket) -> Void
    ) async throws -> Bool {
        try await write { transaction in
            guard var ticket = try SlotTicket.of(run: runID, transaction) else { return false }
            change(&ticket)
            return try ticket.update(transaction)
        }
    }

    /// Releases the slot of a run that is over, unless its ticket has changed meanwhile, or the run has come back.
    ///
    /// - Parameter ticket: as it was seen.
    /// - Returns: whether the slot was released.
    package func releaseSlot(ofDead ticket: SlotTicket) async throws -> Bool {
        try await write { transaction in
            guard try !transaction.isAlive(ticket.runId) else { return false }
            return try transaction.execute(
                """
                DELETE FROM slotTickets WHERE rowID = ?1 AND coalesce(slot, 0) = ?2 AND coalesce(simulationId, '') = ?3
                  AND coalesce(intendedAt, 0) = ?4
                """,
                [ticket.rowID, ticket.slot ?? 0, ticket.simulationId ?? "", ticket.intendedAt ?? 0]
            ) == 1
        }
    }

    /// Releases a slot, or a place in the queue.
    package func releaseSlot(of runID: String) async throws {
        try await execute("DELETE FROM slotTickets WHERE runId = ?1", [runID])
    }

    /// The tickets of a pool, in the order of arrival.
    package func tickets(pool name: String) async throws -> [SlotTicket] {
        try await read { try SlotTicket.all(of: name, $0) }
    }

    /// The tickets of all pools, in the order of arrival.
    package func tickets() async throws -> [SlotTicket] { try await read { try SlotTicket.all(of: nil, $0) } }

    package func ticket(of runID: String) async throws -> SlotTicket? {
        try await read { try SlotTicket.of(run: runID, $0) }
    }

    private static func decision(
        _ runID: String,
        _ capacity: Int,
        _ isAlive: ((String) -> Bool)?,
        _ transaction: any StoreTransaction
    ) throws -> (decision: SlotDecision, dead: [SlotTicket], ticket: SlotTicket?, free: Int) {
        guard let own = try SlotTicket.of(run: runID, transaction) else {
            return (.missing, [], nil, 0)
        }
        guard !own.held else { return (.held, [], own, 0) }
        let tickets = try SlotTicket.all(of: own.pool, transaction)
        let others = tickets.filter { !$0.held && $0.runId != runID }
        let ids = Set(others.map(\.runId))
        let living = try isAlive.map { ids.filter($0) } ?? transaction.living(among: ids)
        let dead = others.filter { !living.contains($0.runId) }
        let waiting = tickets.filter { !$0.held && !dead.contains($0) }
        let served = try transaction.numbers("SELECT tag, turn FROM slotTurns WHERE pool = ?1", [own.pool])
        let turns = Dictionary(uniqueKeysWithValues: served.map { ($0.key ?? "", Int64($0.number)) })
        let place = SlotOrder.order(waiting, turns: turns).firstIndex { $0.runId == runID } ?? 0
        let holders = tickets.filter(\.held)
        let free = capacity - holders.count
        let taken = Set(tickets.compactMap(\.slot))
        let lowest = (1...(taken.count + 1)).first { !taken.contains($0) } ?? taken.count + 1
        return (place < free ? .held : .waiting(ahead: place, holders: holders), dead, own, lowest)
    }
}
