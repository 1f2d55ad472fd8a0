import AuditLog
import RingbackHome
import SimulationAPI

/// The audit entries of one run.
struct AuditTrail: Sendable {
    private let log: AuditLog
    private let runID: String
    private let actor: String

    init(_ home: Home, runID: String, actor: String) {
        log = AuditLog(home)
        self.runID = runID
        self.actor = actor
    }

    /// Writes an entry; it is on disk when this returns.
    func write(
        _ type: AuditEntry.EventType,
        _ result: String,
        simulationID: String? = nil,
        payload: JSONValue? = nil,
        error: String? = nil
    ) async throws {
        let entry = AuditEntry(
            type,
            runID: runID,
            simulationID: simulationID,
            actor: actor,
            payload: payload,
            result: result,
            error: error
        )
        try await BlockingWork.run { try log.append(entry) }
    }
}
