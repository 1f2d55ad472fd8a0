import AuditLog
import ExactJSON
import RingbackHome
import RunReport
import SimulationAPI
import SimulationClient

/// Writes the audit entries of one run.
struct AuditTrail: Sendable {
    private let log: AuditLog
    private let directory: String
    private var runID: String?
    private let actor: String

    private init(log: AuditLog, directory: String, runID: String?, actor: String) {
        (self.log, self.directory, self.runID, self.actor) = (log, directory, runID, actor)
    }

    /// Begins the trail of a run.
    ///
    /// - Parameters:
    ///   - runID: the run; `nil` for what concerns the whole home.
    ///   - person: the name of the user; the log has a commitment to it, and the home has the salt.
    static func begin(_ home: Home, runID: String?, person: String) async throws -> AuditTrail {
        try await begin(home, runID: runID, by: .person(person))
    }

    /// Begins the trail of a run that a person or a token has started.
    static func begin(_ home: Home, runID: String?, by actor: AuditActor) async throws -> AuditTrail {
        let text = try await BlockingWork.run { try actor.text(in: home, program: "ringback \(Run.version)") }
        return AuditTrail(log: AuditLog(home), directory: home.auditPath, runID: runID, actor: text)
    }

    /// The trail of what somebody asked the service for: the name of the token stands in the log as it is.
    init(_ home: Home, runID: String?, token: String) {
        self.init(log: AuditLog(home), directory: home.auditPath, runID: runID, actor: token)
    }

    /// The trail of another run, whose slot this one frees.
    func of(_ runID: String) -> AuditTrail {
        var other = self
        other.runID = runID
        return other
    }

    /// Writes an entry, whose result is one word or two; it is on disk when this returns.
    ///
    /// - Returns: the sequence number of the entry.
    @discardableResult
    func write(
        _ event: AuditEntry.EventType,
        _ result: String,
        simulationID: String? = nil,
        payload: JSONValue? = nil,
        error: String? = nil
    ) async throws -> Int {
        let entry = AuditEntry(
            event,
            runID: runID,
            simulationID: simulationID,
            actor: actor,
            payload: payload,
            result: result,
            error: error
        )
        return try await log.record(entry)
    }

    /// Records why a run is given up whose process died, and ends what its entries have left open.
    func close(
        _ event: AuditEntry.EventType,
        _ result: String,
        error: String,
        simulationID: String?
    ) async throws {
        var query = AuditQuery()
        query.runID = runID
        var entries = Set<String>()
        try AuditReader(directory: directory).each(query) { record in
            entries.insert("\(record.type ?? "") \(record.result ?? "")")
            entries.insert(record.type ?? "")
        }
        try await write(event, result, simulationID: simulationID, error: error)
        if entries.contains("dispatch.intent"), !entries.contains("dispatch") {
            try await write(.dispatch, simulationID == nil ? "unknown" : "success", simulationID: simulationID)
        }
        if entries.contains("dispatch.intent"), !entries.contains("tracking") {
            try await write(.tracking, "failed", simulationID: simulationID, error: error)
        }
        if entries.contains("slot acquired"), !entries.contains("slot released") {
            try await write(.slot, "released", simulationID: simulationID)
        }
    }

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

extension JSONValue {
    /// A text of the user with telephone numbers masked, since the log never has one; the identifiers are shown.
    static func masked(_ text: String, keeping identifiers: [String] = []) -> JSONValue {
        .string(RemoteText(text, keeping: identifiers).description)
    }
}
