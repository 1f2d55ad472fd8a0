import GRDB

/// What came of asking for a slot.
package enum SlotDecision: Hashable, Sendable {
    /// The run holds one.
    case held
    /// It waits, with so many runs before it.
    case waiting(ahead: Int)
}

extension RunStore {
    /// Queues a run for a slot; a ticket that it has already stays where it is.
    package func queue(_ ticket: SlotTicket) async throws {
        try await write { database in
            guard try Self.ticket(of: ticket.runId, database) == nil else { return }
            var ticket = ticket
            try ticket.insert(database)
        }
    }

    /// Takes a slot where it is the run's turn.
    ///
    /// Tickets of runs that died waiting are thrown away; the slot of one that died holding it stays occupied.
    ///
    /// - Parameters:
    ///   - runID: the run, which has a ticket.
    ///   - capacity: the slots of the pool.
    ///   - isAlive: whether a run's process lives.
    package func takeSlot(
        runID: String,
        capacity: Int,
        isAlive: @escaping @Sendable (_ runID: String) -> Bool
    ) async throws -> SlotDecision {
        // A look first, without the lock of writers: mostly nothing has changed.
        let seen = try await pool.read { database in try Self.decision(runID, capacity, isAlive, database) }
        guard seen.decision == .held || !seen.dead.isEmpty else { return seen.decision }
        return try await write { database in
            let (decision, dead, ticket) = try Self.decision(runID, capacity, isAlive, database)
            for ticket in dead { try ticket.delete(database) }
            guard decision == .held, var ticket, !ticket.held else { return decision }
            ticket.held = true
            try ticket.update(database)
            try database.execute(
                sql: """
                    INSERT INTO slotTurns(pool, tag, turn)
                    SELECT ?, ?, coalesce(max(turn), 0) + 1 FROM slotTurns WHERE pool = ?
                    ON CONFLICT(pool, tag) DO UPDATE SET turn = excluded.turn
                    """,
                arguments: [ticket.pool, ticket.tag, ticket.pool]
            )
            return .held
        }
    }

    /// Changes the ticket of a run, where it has one.
    package func updateTicket(of runID: String, _ change: @escaping @Sendable (inout SlotTicket) -> Void) async throws {
        try await write { database in
            guard var ticket = try Self.ticket(of: runID, database) else { return }
            change(&ticket)
            try ticket.update(database)
        }
    }

    /// Gives a slot, or a place in the queue, back.
    package func releaseSlot(of runID: String) async throws {
        try await write { database in
            try database.execute(sql: "DELETE FROM slotTickets WHERE runId = ?", arguments: [runID])
        }
    }

    /// The tickets of a pool, in the order of arrival.
    package func tickets(pool name: String) async throws -> [SlotTicket] {
        try await pool.read { database in
            try SlotTicket.fetchAll(
                database,
                sql: "SELECT * FROM slotTickets WHERE pool = ? ORDER BY number",
                arguments: [name]
            )
        }
    }

    private static func ticket(of runID: String, _ database: Database) throws -> SlotTicket? {
        try SlotTicket.fetchOne(database, sql: "SELECT * FROM slotTickets WHERE runId = ?", arguments: [runID])
    }

    private static func decision(
        _ runID: String,
        _ capacity: Int,
        _ isAlive: (String) -> Bool,
        _ database: Database
    ) throws -> (decision: SlotDecision, dead: [SlotTicket], ticket: SlotTicket?) {
        guard let own = try ticket(of: runID, database) else { return (.waiting(ahead: 0), [], nil) }
        guard !own.held else { return (.held, [], own) }
        let tickets = try SlotTicket.fetchAll(
            database,
            sql: "SELECT * FROM slotTickets WHERE pool = ?",
            arguments: [own.pool]
        )
        let dead = tickets.filter { !$0.held && $0.runId != runID && !isAlive($0.runId) }
        let waiting = tickets.filter { !$0.held && !dead.contains($0) }
        var turns: [String: Int64] = [:]
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT tag, turn FROM slotTurns WHERE pool = ?",
            arguments: [own.pool]
        )
        for row in rows { turns[row[0]] = row[1] }
        let place = SlotOrder.order(waiting, turns: turns).firstIndex { $0.runId == runID } ?? 0
        let free = capacity - tickets.count { $0.held }
        return (place < free ? .held : .waiting(ahead: place), dead, own)
    }
}
