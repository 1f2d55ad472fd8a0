package import ExactJSON
import FoundationEssentials
import GRDB
import SimulationAPI

/// The result of reading quarantined bodies again.
package struct QuarantineReplay: Hashable, Sendable {
    package var accepted: [String] = []
    package var refused: [Refused] = []

    /// A body that is still not an event.
    package struct Refused: Hashable, Sendable {
        package var webhookID: String
        package var reason: String
    }

    /// The result for programs.
    package var json: JSONValue {
        [
            "accepted": .array(accepted.map { .string($0) }),
            "refused": .array(refused.map { ["webhookId": .string($0.webhookID), "reason": .string($0.reason)] }),
        ]
    }
}

extension RunStore {
    /// Reads quarantined bodies again; those that are events now are accepted, the others stay with the new reason.
    ///
    /// A body whose identity another event has stays too.
    ///
    /// Each has a transaction of its own, so that arriving events do not wait for all of them.
    ///
    /// - Parameters:
    ///   - webhookID: only those of this identity; `nil` for all.
    ///   - runID: only those of this run; `nil` for all owners.
    ///   - routes: where an owner's events are forwarded.
    package func replayQuarantine(
        webhookID: String? = nil,
        runID: String? = nil,
        routes: @escaping @Sendable (_ owner: Int64) -> DeliveryRoutes? = { _ in nil }
    ) async throws -> QuarantineReplay {
        var replay = QuarantineReplay()
        var last: Int64 = 0
        while let next = try await replayNext(after: last, webhookID, runID, routes) {
            last = next.rowID
            if let reason = next.reason {
                replay.refused.append(.init(webhookID: next.webhookID, reason: reason))
            } else {
                replay.accepted.append(next.webhookID)
            }
        }
        return replay
    }

    private struct IdentityReusedError: Error, CustomStringConvertible {
        var description: String { Inbox.identityReused }
    }

    private struct Replayed: Sendable {
        var rowID: Int64
        var webhookID: String
        var reason: String?
    }

    private func replayNext(
        after last: Int64,
        _ webhookID: String?,
        _ runID: String?,
        _ routes: @escaping @Sendable (Int64) -> DeliveryRoutes?
    ) async throws -> Replayed? {
        try await write { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT rowID, owner, source, webhookId, receivedAt, body FROM webhooks WHERE reason IS NOT NULL AND rowID > ?
                    AND (? IS NULL OR webhookId = ?) AND (? IS NULL OR owner = (SELECT rowID FROM runs WHERE id = ?))
                    ORDER BY rowID LIMIT 1
                    """,
                arguments: [last, webhookID, webhookID, runID, runID]
            )
            guard let row else { return nil }
            let body: Data = row["body"]
            var replayed = Replayed(rowID: row["rowID"], webhookID: row["webhookId"])
            do {
                let event = try SimulationEvent(body: Array(body))
                let (owner, source): (Int64, String) = (row["owner"], row["source"])
                let isTaken = try Bool.fetchOne(
                    database,
                    sql: "SELECT EXISTS(SELECT 1 \(Inbox.eventOfIdentity))",
                    arguments: [owner, source, replayed.webhookID]
                )
                if isTaken == true { throw IdentityReusedError() }
                try Self.release(event, rowID: replayed.rowID, owner: owner, in: database)
                let receivedAt = Timestamp(milliseconds: row["receivedAt"])
                try routes(owner)?.enqueue(event, webhook: replayed.rowID, at: receivedAt, into: database)
            } catch let error as DatabaseError {
                throw error
            } catch {
                replayed.reason = "\(error)"
                try database.execute(
                    sql: "UPDATE webhooks SET reason = ? WHERE rowID = ?",
                    arguments: [replayed.reason, replayed.rowID]
                )
            }
            return replayed
        }
    }

    /// Turns a quarantined row into an event.
    private static func release(_ event: SimulationEvent, rowID: Int64, owner: Int64, in database: Database) throws {
        try database.execute(
            sql: """
                UPDATE webhooks SET simulationId = ?, callId = ?, state = ?, timestamp = ?, outcome = ?, durationMs = ?,
                  reason = NULL WHERE rowID = ?
                """,
            arguments: [
                event.simulationID, event.callID, event.state.rawValue, event.timestamp.milliseconds,
                event.outcome?.rawValue, event.durationMs, rowID,
            ]
        )
        _ = try Inbox.accept(event, owner: owner, by: HotStatement(Inbox.endCall, in: database), in: database)
    }
}
