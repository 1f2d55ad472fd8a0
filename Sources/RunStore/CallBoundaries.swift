package import ExactJSON
import GRDB
import RingbackHome

/// A moment at which the number of calls that are up changes.
package struct CallBoundary: Sendable {
    /// When.
    package var timestamp: Timestamp
    /// What happens.
    package var kind: Kind

    /// What happens at one instant comes in this order, so that a call that follows another is not counted beside it.
    package enum Kind: Int, Sendable {
        /// A call ends.
        case end = 0
        /// A call begins and ends within the same millisecond.
        case blink = 1
        /// A call begins.
        case start = 2
    }
}

extension RunStore {
    /// When a run's first and last events were; see ``eventsByCall``.
    static let eventSpan = """
        SELECT min(timestamp), max(timestamp) FROM webhooks WHERE owner = ? AND owner <> 0 AND simulationId = ?
        """

    /// The times of the first and the last event of a simulation, or `nil` where there is none.
    package func eventSpan(run: Int64, simulationID: String) async throws -> ClosedRange<Timestamp>? {
        try await BlockingWork.run {
            try self.pool.read { database in
                let row = try Row.fetchOne(database, sql: Self.eventSpan, arguments: [run, simulationID])
                guard let row, let first: Int64 = row[0], let last: Int64 = row[1] else { return nil }
                return Timestamp(milliseconds: first)...Timestamp(milliseconds: last)
            }
        }
    }

    /// When the calls of a run come up and end, in the order of time.
    static let callBoundaries = """
        WITH calls AS MATERIALIZED (
          SELECT min(timestamp) AS up,
            max(CASE WHEN state IN ('completed', 'abandoned') THEN timestamp END) AS down
          FROM webhooks WHERE owner = ? AND owner <> 0 AND simulationId = ? GROUP BY callId)
        SELECT down, 0 AS kind FROM calls WHERE down > up
        UNION ALL SELECT up, 1 FROM calls WHERE down = up
        UNION ALL SELECT up, 2 FROM calls WHERE down IS NULL OR down > up
        ORDER BY 1, 2
        """

    /// Gives the beginnings and ends of all calls of a simulation to `body`, in the order of time.
    ///
    /// A call is up from its first event to its final one; a call without a final event is up to the end. SQLite sorts
    /// on disk, so memory does not grow with the number of calls.
    package func eachCallBoundary(
        run: Int64,
        simulationID: String,
        _ body: @escaping @Sendable (CallBoundary) throws -> Void
    ) async throws {
        try await BlockingWork.run {
            try self.pool.read { database in
                let rows = try Row.fetchCursor(database, sql: Self.callBoundaries, arguments: [run, simulationID])
                while let row = try rows.next() {
                    guard let kind = CallBoundary.Kind(rawValue: row[1]) else { continue }
                    try body(CallBoundary(timestamp: Timestamp(milliseconds: row[0]), kind: kind))
                }
            }
        }
    }
}
