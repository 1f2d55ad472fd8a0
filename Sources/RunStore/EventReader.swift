package import ExactJSON
import GRDB
import RingbackHome
package import SimulationAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An event of a run as it lies in the store.
package struct StoredEvent: Sendable {
    /// The order of arrival.
    package var rowID: Int64
    /// The event.
    package var event: SimulationEvent
}

extension RunStore {
    /// A run's events; `owner <> 0` lets SQLite take the index, which leaves out what a service has received.
    static let eventsByCall = """
        SELECT rowID, callId, state, timestamp, outcome, durationMs FROM webhooks
        WHERE owner = ? AND owner <> 0 AND simulationId = ? ORDER BY callId, rowID
        """

    /// Gives every event of one simulation to `body`, call by call and within a call in the order of arrival.
    ///
    /// Rows are read one by one, so memory does not grow with their number.
    package func eachEventByCall(
        run: Int64,
        simulationID: String,
        _ body: @escaping @Sendable (StoredEvent) throws -> Void
    ) async throws {
        try await BlockingWork.run {
            try self.pool.read { database in
                let rows = try Row.fetchCursor(database, sql: Self.eventsByCall, arguments: [run, simulationID])
                while let row = try rows.next() {
                    guard let state = CallState(rawValue: row[2]) else { continue }
                    let outcome: String? = row[4]
                    try body(
                        StoredEvent(
                            rowID: row[0],
                            event: SimulationEvent(
                                simulationID: simulationID,
                                callID: row[1],
                                state: state,
                                timestamp: Timestamp(milliseconds: row[3]),
                                outcome: outcome.flatMap { CallOutcome(rawValue: $0) },
                                durationMs: row[5]
                            )
                        )
                    )
                }
            }
        }
    }

    /// Gives every delivery of a run to `body`, in the order of arrival: its row as JSON members and its raw body.
    package func eachDelivery(
        run: Int64,
        _ body:
            @escaping @Sendable (_ webhookID: String, _ receivedAt: Timestamp, _ reason: String?, _ raw: [UInt8]) throws
            -> Void
    ) async throws {
        try await BlockingWork.run {
            try self.pool.read { database in
                let rows = try Row.fetchCursor(
                    database,
                    sql: "SELECT webhookId, receivedAt, reason, body FROM webhooks WHERE owner = ? ORDER BY rowID",
                    arguments: [run]
                )
                while let row = try rows.next() {
                    let raw: Data = row[3]
                    try body(row[0], Timestamp(milliseconds: row[1]), row[2], Array(raw))
                }
            }
        }
    }
}
