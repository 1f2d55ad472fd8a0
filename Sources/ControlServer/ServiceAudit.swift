import AuditLog
import ExactJSON
import RingbackHome

/// The audit entries of what the service does for a token, whose name stands as the actor.
struct ServiceAudit: Sendable {
    private let log: AuditLog
    let directory: String

    init(_ home: Home) { (log, directory) = (AuditLog(home), home.auditPath) }

    /// Writes an entry; it is on disk when this returns, and what it announces must not happen if it throws.
    func record(
        _ type: AuditEntry.EventType,
        _ result: String,
        by caller: Caller,
        runID: String? = nil,
        payload: JSONValue? = nil
    ) async throws {
        try await log.record(AuditEntry(type, runID: runID, actor: caller.name, payload: payload, result: result))
    }
}
