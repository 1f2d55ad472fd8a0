import AuditLog
import ExactJSON
import RingbackHome
import RunReport
import SimulationAPI
import SimulationClient

/// Writes the audit entries of one run.
struct AuditTrail: Sendable {
    private let log: AuditLog
    private let runID: String
    private let actor: String

    /// Begins the trail of a run.
    ///
    /// - Parameter person: the name of the user; the log has a commitment to it, and the home has the salt.
    static func begin(_ home: Home, runID: String, person: String) async throws -> AuditTrail {
        let name = try await BlockingWork.run { try Pseudonyms(home).commitment(to: person) }
        return AuditTrail(log: AuditLog(home), runID: runID, actor: "\(name) (ringback \(Run.version))")
    }

    /// Writes an entry; it is on disk when this returns.
    func write(
        _ event: AuditEvent,
        simulationID: String? = nil,
        payload: JSONValue? = nil,
        error: String? = nil
    ) async throws {
        let entry = AuditEntry(
            event.type,
            runID: runID,
            simulationID: simulationID,
            actor: actor,
            payload: payload,
            result: event.result,
            error: error
        )
        try await log.record(entry)
    }

    /// Signs the state of the log.
    func checkpoint() async throws -> AuditCheckpoint {
        let signed = try await BlockingWork.run { try log.checkpoint() }
        return AuditCheckpoint(
            origin: signed.checkpoint.origin,
            size: signed.checkpoint.size,
            rootHash: signed.checkpoint.root.hexadecimal,
            note: signed.note.text
        )
    }
}

/// An event of a run, as its audit entry has it.
struct AuditEvent {
    let type: AuditEntry.EventType
    /// One word, or two.
    let result: String

    private init(_ type: AuditEntry.EventType, _ result: String) { (self.type, self.result) = (type, result) }

    static let validationPassed = AuditEvent(.validation, "passed")
    static let validationFailed = AuditEvent(.validation, "failed")
    static let recoveredByResuming = AuditEvent(.recovered, "resumed")
    static let recoveredByGivingUp = AuditEvent(.recovered, "abandoned")
    static let slotQueued = AuditEvent(.slot, "queued")
    static let slotAcquired = AuditEvent(.slot, "acquired")
    static let slotReleased = AuditEvent(.slot, "released")
    static let dispatchIntended = AuditEvent(.dispatchIntent, "intended")
    static let dispatchSucceeded = AuditEvent(.dispatch, "success")
    static let dispatchFailed = AuditEvent(.dispatch, "failed")
    static let dispatchUnknown = AuditEvent(.dispatch, "unknown")
    static let trackingTimedOut = AuditEvent(.tracking, "timeout")
    static let trackingCancelled = AuditEvent(.tracking, "cancelled")
    static let trackingFailed = AuditEvent(.tracking, "failed")
    static let cancelAccepted = AuditEvent(.cancel, "accepted")
    static let cancelTooLate = AuditEvent(.cancel, "already ended")
    static let cancelFailed = AuditEvent(.cancel, "failed")
    static let metricsAggregated = AuditEvent(.metrics, "aggregated")
    static let metricsFailed = AuditEvent(.metrics, "failed")

    /// Tracking saw the simulation end in this state.
    static func tracking(_ state: SimulationState?) -> AuditEvent {
        switch state {
        case .completed: AuditEvent(.tracking, "completed")
        case .cancelled: trackingCancelled
        default: trackingFailed
        }
    }

    static func verdict(_ verdict: Verdict) -> AuditEvent { AuditEvent(.verdict, verdict.rawValue) }
}

extension JSONValue {
    /// A text of the user, with everything masked that looks like a telephone number; the log never has one.
    static func masked(_ text: String) -> JSONValue { .string(RemoteText(text).description) }
}
