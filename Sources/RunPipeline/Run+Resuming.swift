import AuditLog
import ExactJSON
import RingbackHome
import RunReport
import RunStore
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
        home: String,
        options: RunOptions = RunOptions()
    ) async throws -> Run {
        let row = try await RunError.wrapping(.configuration) {
            try await RunStore.with(try Home(path: home)) { store in try await store.run(id: id) }
        }
        guard let row else { throw RunError(.configuration, "there is no run \(id) in \(home)") }
        guard row.state == .running else {
            throw RunError(.configuration, "the run \(id) has ended: \(row.state.rawValue); nothing is left to resume")
        }
        if let home = try? Home(path: home), RunLock.isHeld(home, runID: id) {
            throw RunError(.configuration, "the run \(id) is still going on in another process")
        }
        guard case .remote(let remote) = target, row.target != .sandbox else {
            try await giveUp(row, home, options)
            throw RunError(.notResumable, "the sandbox of the run \(id) died with its process; start the run again")
        }
        guard remote.target.origin == row.origin else {
            throw RunError(
                .configuration,
                "the run \(id) went to \(row.origin), not to \(remote.target.origin); set CXONE_BASE_URL to what it was"
            )
        }
        guard let intent = row.intent.flatMap({ RunIntent($0) }),
            let body = try? JSONReader.read(Array(intent.body.utf8)),
            case .success(let payload) = PayloadRules(maxConcurrent: .max).check(body)
        else { throw RunError(.configuration, "the run \(id) cannot be resumed: what was stored of it cannot be read") }
        let scenario = try await RunError.wrapping(.configuration, "the scenario of the run \(id) cannot be read: ") {
            try Scenario.parse(text: intent.scenario.text, file: "run \(id)").scenario
        }
        var options = options
        options.webhookListen = intent.listen
        options.outputDirectory = options.outputDirectory ?? intent.outputDirectory
        var run = Run(scenario, on: target, home: home, options: options)
        run.id = id
        run.resumption = Resumption(row: row, intent: intent, payload: payload)
        return run
    }

    /// Closes the records of a run that cannot be resumed.
    private static func giveUp(_ row: StoredRun, _ homePath: String, _ options: RunOptions) async throws {
        try await RunError.wrapping(.storage, "the run's records could not be closed: ") {
            let home = try Home(path: homePath)
            let trail = try await AuditTrail.begin(home, runID: row.id, person: options.actor)
            try await trail.write(.recovered, "abandoned", error: "the embedded sandbox died with its process")
            let payload: JSONValue = ["exitCode": .integer(ExitCode.refused.rawValue)]
            try await trail.write(.verdict, "fail", simulationID: row.simulationId, payload: payload)
            _ = try await trail.checkpoint()
            var row = row
            row.state = .errored
            row.finishedAt = WallClock.now.milliseconds
            row.exitCode = ExitCode.refused.rawValue
            try await RunStore.with(home) { [row] store in try await store.update(row) }
        }
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

    /// Whether a create may have been sent.
    var mayHaveCreated: Bool { intent.intendedAt != nil }

    /// Whether an API that honours keys still knows the key of the create.
    func isKeyFresh(at now: Timestamp) -> Bool {
        intent.intendedAt.map { now.milliseconds - $0 < Self.keyLifetimeMs } ?? true
    }
}
