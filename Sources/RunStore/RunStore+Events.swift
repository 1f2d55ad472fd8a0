package import ExactJSON
import FoundationEssentials
import RingbackHome
package import SimulationAPI

/// An event of a run in the store.
package struct StoredEvent: Sendable {
    package var rowID: Int64
    package var event: SimulationEvent

    package init(rowID: Int64, event: SimulationEvent) { (self.rowID, self.event) = (rowID, event) }

    /// The columns that an event is made of, in the order that is read.
    static let columns = "rowID, callId, state, timestamp, outcome, durationMs"

    /// An event out of the ``columns`` of its row; `nil` for a state that this version does not know.
    init?(_ row: any StoreRow, of simulationID: String) {
        guard let word: String = row[2], let state = CallState(rawValue: word) else { return nil }
        let outcome: String? = row[4]
        rowID = row[0]
        event = SimulationEvent(
            simulationID: simulationID,
            callID: row[1],
            state: state,
            timestamp: Timestamp(milliseconds: row[3]),
            outcome: outcome.flatMap { CallOutcome(rawValue: $0) },
            durationMs: row[5]
        )
    }
}

extension RunStore {
    /// A run's events; `owner <> 0` lets SQLite use the index, which leaves out the events of the service.
    static let eventsByCall = """
        SELECT \(StoredEvent.columns) FROM webhooks WHERE owner = ?1 AND owner <> 0 AND simulationId = ?2 ORDER BY callId, rowID
        """

    /// Passes every event of one simulation to `body`, call by call and within a call in the order of arrival.
    package func eachEventByCall(
        run: Int64,
        simulationID: String,
        _ body: @escaping @Sendable (StoredEvent) throws -> Void
    ) async throws {
        try await eachRow(Self.eventsByCall, [run, simulationID]) { row in
            if let event = StoredEvent(row, of: simulationID) { try body(event) }
        }
    }

    /// Passes every webhook of a run to `body`, in the order of arrival.
    package func eachDelivery(
        run: Int64,
        _ body:
            @escaping @Sendable (_ webhookID: String, _ receivedAt: Timestamp, _ reason: String?, _ raw: [UInt8]) throws
            -> Void
    ) async throws {
        let sql = "SELECT webhookId, receivedAt, reason, body FROM webhooks WHERE owner = ?1 ORDER BY rowID"
        try await eachRow(sql, [run]) { row in
            try body(row[0], Timestamp(milliseconds: row[1]), row[2], row[3])
        }
    }
}

/// A moment at which the number of active calls changes.
package struct CallBoundary: Sendable {
    package var timestamp: Timestamp
    package var kind: BoundaryKind

    /// The order within one instant: a call that begins when another one ends is not counted beside it.
    package enum BoundaryKind: Int, Sendable {
        case end = 0
        /// A call begins and ends within the same millisecond.
        case blink = 1
        case start = 2
    }
}

extension RunStore {
    /// The times of a run's first and last event; see ``eventsByCall``.
    static let eventSpan = """
        SELECT min(timestamp), max(timestamp) FROM webhooks WHERE owner = ?1 AND owner <> 0 AND simulationId = ?2
        """

    /// The times of the first and the last event of a simulation; `nil` if it has no event.
    package func eventSpan(run: Int64, simulationID: String) async throws -> ClosedRange<Timestamp>? {
        let ends = try await read { transaction -> (first: Int64?, last: Int64?)? in
            try transaction.first(Self.eventSpan, [run, simulationID]) { ($0[0], $0[1]) }
        }
        guard let first = ends?.first, let last = ends?.last else { return nil }
        return Timestamp(milliseconds: first)...Timestamp(milliseconds: last)
    }

    /// When the calls of a run begin and end, in the order of time.
    static let callBoundaries = """
        WITH calls AS MATERIALIZED (
          SELECT min(timestamp) AS up,
            max(CASE WHEN state IN ('completed', 'abandoned') THEN timestamp END) AS down
          FROM webhooks WHERE owner = ?1 AND owner <> 0 AND simulationId = ?2 GROUP BY callId)
        SELECT down, 0 AS kind FROM calls WHERE down > up
        UNION ALL SELECT up, 1 FROM calls WHERE down = up
        UNION ALL SELECT up, 2 FROM calls WHERE down IS NULL OR down > up
        ORDER BY 1, 2
        """

    /// Passes the beginnings and ends of all calls of a simulation to `body`, in the order of time.
    ///
    /// A call is active from its first event to its final one; without a final event it is active to the end. SQLite
    /// sorts on disk, so memory does not grow with the number of calls.
    package func eachCallBoundary(
        run: Int64,
        simulationID: String,
        _ body: @escaping @Sendable (CallBoundary) throws -> Void
    ) async throws {
        try await eachRow(Self.callBoundaries, [run, simulationID]) { row in
            guard let kind = CallBoundary.BoundaryKind(rawValue: row[1]) else { return }
            try body(CallBoundary(timestamp: Timestamp(milliseconds: row[0]), kind: kind))
        }
    }

    /// The number of a run's webhooks by simulation; see ``eventsByCall``.
    static let deliveryCounts = """
        SELECT simulationId, count(*) FROM webhooks WHERE owner = ?1 AND owner <> 0 GROUP BY simulationId
        """

    /// Counts of the webhooks that a run has committed.
    ///
    /// Empty for the service, which does not need them; counting all that it ever received would take longer each day.
    func counts(owner: Int64) async throws -> Inbox.Counts {
        guard owner != InboxOwner.service else { return Inbox.Counts() }
        return try await read { try Inbox.Counts(of: owner, $0) }
    }

    /// The simulations that an owner knows: a run knows its own, the service those of all runs.
    func simulationIDs(owner: Int64) async throws -> Set<String> {
        let sql = "SELECT simulationId FROM runs WHERE simulationId IS NOT NULL AND (?1 = 0 OR rowID = ?1)"
        return try await read { Set(try $0.values(sql, [owner])) }
    }
}

extension Inbox.Counts {
    /// What is stored of an owner; copies leave no row, so they are not counted.
    init(of owner: Int64, _ transaction: any StoreTransaction) throws {
        for (id, number) in try transaction.numbers(RunStore.deliveryCounts, [owner]) {
            if let id { events[id] = number } else { quarantined += number }
        }
        unique = events.values.reduce(0, +)
        received = unique
        let ended = "SELECT simulationId, count(*) FROM endedCalls WHERE owner = ?1 GROUP BY simulationId"
        for case (let id?, let number) in try transaction.numbers(ended, [owner]) { endedCalls[id] = number }
    }
}
