package import ExactJSON

/// What happened in a run, as the audit log keeps it.
package struct AuditEntry: Sendable {
    /// The kind of event, in the order of a run.
    package enum EventType: String, CaseIterable, Sendable {
        case validation, slot
        case dispatchIntent = "dispatch.intent"
        case dispatch, tracking, metrics, verdict, recovered, cancel, rotated, pruned, token, replay, moved
    }

    package var type: EventType
    package var runID: String?
    package var simulationID: String?
    /// A commitment to the name of the operating system's user, and the program; or the name of a token.
    package var actor: String
    /// Allow-listed facts; never a secret, a token or a telephone number.
    package var payload: JSONValue?
    package var result: String
    /// The reason of a bad outcome, bounded and masked.
    package var error: String?

    package init(
        _ type: EventType,
        runID: String?,
        simulationID: String? = nil,
        actor: String,
        payload: JSONValue? = nil,
        result: String,
        error: String? = nil
    ) {
        self.type = type
        self.runID = runID
        self.simulationID = simulationID
        self.actor = actor
        self.payload = payload
        self.result = result
        self.error = error
    }

    /// The line of the log, without its newline.
    func line(sequence: Int, timestamp: String, previous: String) -> [UInt8] {
        JSONValue.object(present: [
            "seq": .integer(sequence), "timestamp": .string(timestamp), "eventType": .string(type.rawValue),
            "runId": runID.map { .string($0) }, "simulationId": simulationID.map { .string($0) },
            "actor": .string(actor), "payload": payload, "result": .string(result),
            "error": error.map { .string($0) }, "prev": .string(previous),
        ]).bytes
    }
}
