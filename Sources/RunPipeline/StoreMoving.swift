package import AuditLog
import ExactJSON
package import RingbackHome
package import RunStore

extension StoreMove {
    /// Moves what a home holds into the store that machines share, and records it in the audit log.
    package static func recorded(_ home: Home, to place: SharedDatabase, actor: AuditActor) async throws -> MoveResult {
        let outcome = try await move(home, to: place)
        guard !outcome.counts.isNone || outcome.wasMoved else { return outcome }
        let trail = try await AuditTrail.begin(home, runID: nil, by: actor)
        let counts = outcome.counts
        let payload: JSONValue = [
            "runs": .integer(counts.runs), "events": .integer(counts.events), "deliveries": .integer(counts.deliveries),
            "tokens": .integer(counts.tokens),
        ]
        try await trail.write(.moved, "success", payload: payload)
        _ = try await trail.checkpoint()
        return outcome
    }
}
