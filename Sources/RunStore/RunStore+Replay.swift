package import ExactJSON
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

    private struct Quarantined {
        var rowID: Int64
        var owner: Int64
        var source: String
        var webhookID: String
        var receivedAt: Timestamp
        var body: [UInt8]

        init(_ row: any StoreRow) {
            (rowID, owner, source) = (row["rowID"], row["owner"], row["source"])
            (webhookID, body) = (row["webhookId"], row["body"])
            receivedAt = Timestamp(milliseconds: row["receivedAt"])
        }
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
        try await write { transaction in
            // Two that read the same body again would forward it twice.
            try transaction.lock("quarantine")
            let quarantined = try transaction.first(
                """
                SELECT rowID, owner, source, webhookId, receivedAt, body FROM webhooks
                WHERE reason IS NOT NULL AND rowID > ?1 AND (?2 IS NULL OR webhookId = ?2)
                  AND (?3 IS NULL OR owner = (SELECT rowID FROM runs WHERE id = ?3))
                ORDER BY rowID LIMIT 1
                """,
                [last, webhookID, runID]
            ) { Quarantined($0) }
            guard let quarantined else { return nil }
            var replayed = Replayed(rowID: quarantined.rowID, webhookID: quarantined.webhookID)
            let reading = Result { try SimulationEvent(body: quarantined.body) }
            let isTaken: Bool? = try transaction.value(
                "SELECT EXISTS(SELECT 1 \(Inbox.eventOfIdentity))",
                [quarantined.owner, quarantined.source, quarantined.webhookID]
            )
            switch reading {
            case .success(let event) where isTaken != true:
                try Self.release(event, rowID: quarantined.rowID, owner: quarantined.owner, in: transaction)
                try routes(quarantined.owner)?
                    .enqueue(event, webhook: quarantined.rowID, at: quarantined.receivedAt, into: transaction)
            case .success: replayed.reason = Inbox.identityReused
            case .failure(let error): replayed.reason = "\(error)"
            }
            if let reason = replayed.reason {
                try transaction.execute(
                    "UPDATE webhooks SET reason = ?1 WHERE rowID = ?2",
                    [reason, quarantined.rowID]
                )
            }
            return replayed
        }
    }

    /// Turns a quarantined row into an event.
    private static func release(
        _ event: SimulationEvent,
        rowID: Int64,
        owner: Int64,
        in transaction: any StoreTransaction
    ) throws {
        try transaction.execute(
            """
            UPDATE webhooks SET simulationId = ?1, callId = ?2, state = ?3, timestamp = ?4, outcome = ?5, durationMs = ?6,
              reason = NULL WHERE rowID = ?7
            """,
            [
                event.simulationID, event.callID, event.state.rawValue, event.timestamp.milliseconds,
                event.outcome?.rawValue, event.durationMs, rowID,
            ]
        )
        _ = try Inbox.accept(event, owner: owner, by: try transaction.prepareInsert(Inbox.endCall))
    }
}
