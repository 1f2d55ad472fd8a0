package import GRDB

/// A run's place in the queue for a slot, or the slot that it holds.
package struct SlotTicket: Codable, FetchableRecord, MutablePersistableRecord, Hashable, Sendable {
    package static let databaseTableName = "slotTickets"

    /// The order of arrival.
    package var number: Int64?
    /// Origin and organisation: what the slots belong to.
    package var pool: String
    /// The run.
    package var runId: String
    /// The scenario's tag, within which tickets are served in order.
    package var tag: String
    /// The tag of the simulation, to find it by.
    package var wireTag: String
    /// Whether it holds a slot.
    package var held = false
    /// The simulation, once it is known.
    package var simulationId: String?
    /// When a create was about to be sent, in milliseconds since 1970; `nil` where none was.
    package var intendedAt: Int64?

    /// A ticket that waits.
    package init(pool: String, runID: String, tag: String, wireTag: String) {
        self.pool = pool
        runId = runID
        self.tag = tag
        self.wireTag = wireTag
    }

    package mutating func didInsert(_ inserted: InsertionSuccess) { number = inserted.rowID }
}

/// In which order tickets are served: first come, first served within a tag, and the tags in turn.
package enum SlotOrder {
    /// Orders waiting tickets.
    ///
    /// - Parameters:
    ///   - waiting: the tickets, in any order.
    ///   - turns: when each tag was served last, as a number that grows; a tag that never was comes first.
    package static func order(_ waiting: [SlotTicket], turns: [String: Int64]) -> [SlotTicket] {
        var queues = Dictionary(grouping: waiting.sorted { $0.arrival < $1.arrival }, by: \.tag).mapValues { $0[...] }
        var turns = turns
        var turn = turns.values.max() ?? 0
        var order: [SlotTicket] = []
        while let next = queues.min(by: { left, right in
            let (leftTurn, rightTurn) = (turns[left.key] ?? 0, turns[right.key] ?? 0)
            return (leftTurn, left.value.first?.arrival ?? 0) < (rightTurn, right.value.first?.arrival ?? 0)
        }) {
            order += next.value.prefix(1)
            turn += 1
            turns[next.key] = turn
            queues[next.key] = next.value.count > 1 ? next.value.dropFirst() : nil
        }
        return order
    }
}

extension SlotTicket {
    fileprivate var arrival: Int64 { number ?? .max }
}
