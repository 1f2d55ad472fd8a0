import AuditLog
import ExactJSON
import RingbackHome
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import SimulationClient

extension Run {
    /// Goes on with a run whose process has died: it never creates a second simulation.
    ///
    /// - Parameters:
    ///   - id: the run's id.
    ///   - target: where it went; that of its first try.
    ///   - home: the home that it was started in.
    ///   - options: how to go on; the receiver listens where it did before.
    /// - Throws: ``RunError`` where there is no such run, or it cannot go on.
    public static func resuming(
        _ id: String,
        on target: RunTarget,
        home: String,
        options: RunOptions = RunOptions()
    ) async throws -> Run {
        let row: StoredRun?
        do {
            row = try await RunStore.with(try Home(path: home)) { store in try await store.run(id: id) }
        } catch {
            throw RunError(.configuration, "\(error)", cause: error)
        }
        guard let row else { throw RunError(.configuration, "there is no run \(id) in \(home)") }
        guard row.state == .running else {
            throw RunError(.configuration, "the run \(id) has ended: \(row.state.rawValue); nothing is left to resume")
        }
        if let home = try? Home(path: home), RunLock.isHeld(home, runID: id) {
            throw RunError(.configuration, "the run \(id) is still going on in another process")
        }
        guard case .remote(let remote) = target, row.target != .sandbox else {
            try await abandon(row, home, options)
            throw RunError(.gone, "the sandbox of the run \(id) died with its process; start the run again")
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
        else { throw RunError(.configuration, "nothing was kept of the run \(id) from which it could go on") }
        let scenario: Scenario
        do {
            scenario = try Scenario.parse(text: intent.scenario.text, file: "run \(id)").scenario
        } catch {
            throw RunError(.configuration, "the scenario of the run \(id) cannot be read: \(error)", cause: error)
        }
        var options = options
        options.webhookListen = intent.listen
        options.outputDirectory = options.outputDirectory ?? intent.outputDirectory
        var run = Run(scenario, on: target, home: home, options: options)
        run.id = id
        run.resumption = Resumption(row: row, intent: intent, payload: payload)
        return run
    }

    /// Closes the records of a run of which nothing is left.
    private static func abandon(_ row: StoredRun, _ homePath: String, _ options: RunOptions) async throws {
        do {
            let home = try Home(path: homePath)
            let trail = try await AuditTrail.begin(home, runID: row.id, person: options.actor)
            try await trail.write(.recovered, "abandoned", error: "the embedded sandbox died with its process")
            try await trail.write(
                .verdict,
                "fail",
                simulationID: row.simulationId,
                payload: ["exitCode": .integer(ExitCode.refused.rawValue)]
            )
            _ = try await trail.checkpoint()
            var row = row
            row.state = .errored
            row.finishedAt = WallClock.now.milliseconds
            row.exitCode = ExitCode.refused.rawValue
            try await RunStore.with(home) { [row] store in try await store.update(row) }
        } catch {
            throw RunError(.storage, "the run's records could not be closed: \(error)", cause: error)
        }
    }
}
