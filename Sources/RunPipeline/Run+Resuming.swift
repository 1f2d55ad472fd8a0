import AuditLog
import ExactJSON
import RingbackHome
import RunReport
package import RunStore
import ScenarioFile
import SimulationAPI
import SimulationClient

extension Run {
    /// Prepares to resume a run whose process has died; it never creates a second simulation.
    ///
    /// - Parameters:
    ///   - target: the target of the run's first process.
    ///   - home: the home that the run was started in.
    ///   - options: the options; the receiver listens on the same address as before.
    /// - Throws: ``RunError`` if the home does not have the run, or if it cannot be resumed.
    public static func resuming(
        _ id: String,
        on target: RunTarget,
        home path: String,
        options: RunOptions = RunOptions()
    ) async throws -> Run {
        let home = try await RunError.wrapping(.configuration) { try Home(path: path) }
        return try await RunError.wrapping(.configuration) {
            try await RunStore.with(home) { store in
                guard let row = try await store.run(id: id) else {
                    throw RunError(.configuration, "there is no run \(id) in \(path)")
                }
                guard row.state == .running else {
                    let reason = row.state == .queued ? "waits for the service" : "has ended: \(row.state.rawValue)"
                    throw RunError(.configuration, "the run \(id) \(reason); nothing is left to resume")
                }
                if try await store.isAlive(id) {
                    throw RunError(.configuration, "the run \(id) is still going on in another process")
                }
                if row.target == .sandbox {
                    let trail = try await AuditTrail.begin(home, runID: id, person: options.actor)
                    try await giveUp(row, trail, home, store, options)
                    var error = RunError(
                        .notResumable,
                        "the sandbox of the run \(id) died with its process; start the run again"
                    )
                    error.hasFiles = true
                    throw error
                }
                guard case .remote(let remote) = target else {
                    throw RunError(.configuration, "the run \(id) went to \(row.origin); add --target cxone")
                }
                guard remote.target.origin == row.origin else {
                    throw RunError(
                        .configuration,
                        "the run \(id) went to \(row.origin), not to \(remote.target.origin); set CXONE_BASE_URL to "
                            + "what it was"
                    )
                }
                return try await resumed(row, options) { scenario, options in
                    Run(scenario, on: target, home: path, options: options)
                }
            }
        }
    }

    /// Prepares to resume a run of the service whose process has died.
    ///
    /// - Returns: `nil` if its sandbox has died with the process; the run is then over, with state `errored`.
    /// - Throws: ``RunError`` if it cannot be resumed.
    package static func resuming(on target: RunTarget, host: RunHost, options: RunOptions) async throws -> Run? {
        let row = host.row
        if row.target == .sandbox {
            let trail = AuditTrail(host.home, runID: row.id, token: host.token)
            try await giveUp(row, trail, host.home, host.store, options)
            return nil
        }
        guard case .remote(let remote) = target, remote.target.origin == row.origin else {
            throw RunError(
                .configuration,
                "the run \(row.id) went to \(row.origin), which is not the target of this service; set CXONE_BASE_URL to "
                    + "what it was, and start the service again"
            )
        }
        return try await resumed(row, options) { scenario, options in
            Run(scenario, on: target, host: host, options: options)
        }
    }

    /// Whether a run whose process has died may have a simulation, or had a sandbox of its own.
    package static func mayHaveCreated(_ row: StoredRun) -> Bool {
        guard row.kind == .run, let intent = row.intent else { return false }
        return row.target == .sandbox || RunIntent(intent)?.intendedAt != nil
    }

    private static func resumed(
        _ row: StoredRun,
        _ options: RunOptions,
        _ run: (Scenario, RunOptions) -> Run
    ) async throws -> Run {
        let (resumption, scenario) = try await Resumption.restored(row)
        var options = options
        options.webhookListen = resumption.intent.listen
        options.outputDirectory = options.outputDirectory ?? resumption.intent.outputDirectory
        var run = run(scenario, options)
        run.id = row.id
        run.resumption = resumption
        return run
    }

    /// Closes the records of a run that cannot be resumed, and writes its files.
    private static func giveUp(
        _ row: StoredRun,
        _ trail: AuditTrail,
        _ home: Home,
        _ store: RunStore,
        _ options: RunOptions
    ) async throws {
        try await RunError.wrapping(.storage, "the run's records could not be closed: ") {
            if store.isLeased { return try await close(row, trail, home, store, options) }
            let isClosed: Void? = try await store.working(on: row.id) { store in
                try await close(row, trail, home, store, options)
            }
            if isClosed == nil {
                throw RunError(.configuration, "the run \(row.id) is being closed in another process")
            }
        }
    }

    private static func close(
        _ row: StoredRun,
        _ trail: AuditTrail,
        _ home: Home,
        _ store: RunStore,
        _ options: RunOptions
    ) async throws {
        let reason = "the embedded sandbox died with its process"
        try await trail.close(.recovered, "given up", error: reason, simulationID: row.simulationId)
        let payload: JSONValue = ["exitCode": .integer(ExitCode.refused.rawValue)]
        let entry = try await trail.write(.verdict, "fail", simulationID: row.simulationId, payload: payload)
        let checkpoint = try await trail.checkpoint()
        try await store.setVerdictEntry(origin: checkpoint.origin, seq: entry, of: row.rowID)
        var row = row
        row.state = .errored
        row.finishedAt = store.time.milliseconds
        row.exitCode = ExitCode.refused.rawValue
        row.verdict = Verdict.fail.rawValue
        let document = try await writeFiles(
            of: row,
            "\(reason); start the run again",
            checkpoint,
            store,
            home,
            options
        )
        try await store.finish(row, document: document)
    }

    /// Writes the files of a run that was given up, from what is stored of it.
    ///
    /// - Returns: its `result.json`.
    private static func writeFiles(
        of row: StoredRun,
        _ reason: String,
        _ checkpoint: AuditCheckpoint,
        _ store: RunStore,
        _ home: Home,
        _ options: RunOptions
    ) async throws -> [UInt8] {
        let restored = try? await Resumption.restored(row)
        let folder = restored?.0.intent.outputDirectory ?? "\(home.path)/runs/\(row.id)"
        let files = RunFiles(directory: options.outputDirectory ?? folder)
        guard let (resumption, scenario) = restored else {
            let run = UnfinishedRun(runID: row.id, scenario: row.scenario, reason: reason, exitCode: .refused)
            try files.write(run, throughLinks: true)
            try await files.writeEvents(store: store, run: row.rowID)
            try await store.keepFiles(RunStore.keptFiles, of: row.rowID, in: files.directory)
            return run.json.bytes
        }
        var facts = RunFacts(
            runID: row.id,
            scenario: scenario,
            payload: resumption.payload,
            target: row.target,
            origin: row.origin,
            seed: nil,
            startedAt: Timestamp(milliseconds: row.startedAt)
        )
        facts.finishedAt = store.time
        facts.simulationID = row.simulationId
        facts.ending = row.simulationId == nil ? .notCreated(reason) : .refused(reason)
        facts.aggregation = .notSent(reason)
        facts.auditCheckpoint = checkpoint
        let result = RunResult(judging: facts)
        try await files.write(documentsOf: result, options)
        try await files.writeEvents(store: store, run: row.rowID)
        try await store.keepFiles(RunStore.keptFiles, of: row.rowID, in: files.directory)
        return result.json.bytes
    }
}

/// What is stored of a run before anything is sent, so that it can be resumed after its process has died.
struct RunIntent: Sendable {
    /// The scenario as it was written, overrides applied.
    var scenario: JSONValue
    /// The body of the create, byte for byte.
    var body: String
    var listen: ListenAddress
    var outputDirectory: String
    /// When the create was about to be sent, in milliseconds since 1970; `nil` before that.
    var intendedAt: Int64?

    var text: String {
        JSONValue.object(present: [
            "scenario": scenario, "body": .string(body), "listen": .string(listen.authority),
            "outputDirectory": .string(outputDirectory), "intendedAt": intendedAt.map { .integer($0) },
        ]).text
    }

}

extension RunIntent {
    /// Reads the text of a row; `nil` if the text is not an intent.
    init?(_ text: String) {
        guard let json = try? JSONReader.read(Array(text.utf8)), let scenario = json["scenario"],
            let body = json["body"]?.string, let listen = json["listen"]?.string.flatMap({ ListenAddress($0) }),
            let directory = json["outputDirectory"]?.string
        else { return nil }
        self.init(scenario: scenario, body: body, listen: listen, outputDirectory: directory)
        intendedAt = json["intendedAt"]?.integer.map { Int64($0) }
    }
}

/// The saved progress of a run whose process died.
struct Resumption: Sendable {
    var row: StoredRun
    var intent: RunIntent
    var payload: SimulationPayload

    /// How long a key is relied on, in milliseconds: an hour less than the API keeps it.
    private static let keyLifetimeMs: Int64 = 23 * 3_600_000

    /// The progress and the scenario that a run's row holds.
    ///
    /// - Throws: ``RunError`` if they cannot be read.
    static func restored(_ row: StoredRun) async throws(RunError) -> (Resumption, Scenario) {
        guard let intent = row.intent.flatMap({ RunIntent($0) }),
            let body = try? JSONReader.read(Array(intent.body.utf8)),
            case .success(let payload) = PayloadRules(maxConcurrent: .max).check(body)
        else {
            throw RunError(.configuration, "the run \(row.id) cannot be resumed: what was stored of it cannot be read")
        }
        let scenario = try await RunError.wrapping(.configuration, "the scenario of the run \(row.id) cannot be read: ")
        {
            try Scenario.parse(text: intent.scenario.text, file: "run \(row.id)").scenario
        }
        return (Resumption(row: row, intent: intent, payload: payload), scenario)
    }

    /// Whether a create may have been sent.
    var mayHaveCreated: Bool { intent.intendedAt != nil }

    /// Whether an API that honours keys still knows the key of the create.
    func isKeyFresh(at now: Timestamp) -> Bool {
        intent.intendedAt.map { now.milliseconds - $0 < Self.keyLifetimeMs } ?? true
    }
}
