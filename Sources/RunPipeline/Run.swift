import AuditLog
import ExactJSON
import Logging
import RingbackHome
public import RunReport
import RunStore
public import ScenarioFile
import SimulationClient

/// One run, from a valid scenario to a verdict: the main job.
///
/// ```swift
/// let scenario = try Scenario.load(path: "tutorial.yaml").scenario
/// let result = try await Run(scenario, on: .embeddedSandbox(), home: ".ringback").result()
/// print(result.verdict, result.accuracyRate ?? 0)
/// ```
///
/// The result tells everything that happened, a refusal by the remote side too; only a run that could not begin throws.
/// Cancelling the task interrupts the run: the simulation is cancelled where possible and the files are written.
public struct Run: Sendable {
    /// The run's id.
    public internal(set) var id: String
    /// What is run.
    public let scenario: Scenario
    /// Where it is run.
    public let target: RunTarget
    /// How it is carried out.
    public let options: RunOptions
    let homePath: String
    let interruption = Interruption()
    /// Where the run had come to, where it is resumed.
    var resumption: Resumption?

    /// Prepares a run; nothing happens yet.
    ///
    /// - Parameters:
    ///   - scenario: what to run.
    ///   - target: where.
    ///   - home: the folder that keeps database, audit log and files; made where it is missing.
    ///   - options: how.
    public init(_ scenario: Scenario, on target: RunTarget, home: String, options: RunOptions = RunOptions()) {
        id = RunID.make(at: WallClock.now)
        self.scenario = scenario
        self.target = target
        homePath = home
        self.options = options
    }

    /// The folder of the run's files.
    public var outputDirectory: String { options.outputDirectory ?? "\(homePath)/runs/\(id)" }

    /// Asks the run to stop: the simulation is cancelled where possible, and the result tells so.
    public func interrupt() { interruption.request() }

    /// Carries the run out.
    ///
    /// - Parameter observe: told what goes on, from any thread.
    /// - Returns: the result, also where an assertion failed or the remote side refused.
    /// - Throws: ``RunError`` where the run could not begin.
    public func result(observe: @escaping @Sendable (RunEvent) -> Void = { _ in }) async throws -> RunResult {
        // A task of its own, awaited here: what tidies up must not be cancelled with the caller.
        let work = Task { try await carryOut(observe) }
        return try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            interruption.request()
        }
    }

    /// Records that a scenario was refused, as a run that failed before it began.
    ///
    /// - Throws: ``RunError`` where the audit log cannot be written.
    public static func recordRefusal(of path: String, diagnostics: [Diagnostic], home: String, actor: String)
        async throws
    {
        do {
            let id = RunID.make(at: WallClock.now)
            let trail = try await AuditTrail.begin(try Home(path: home), runID: id, person: actor)
            let codes = JSONValue.array(diagnostics.prefix(100).map { .string($0.code.rawValue) })
            try await trail.write(.validation, "failed", payload: ["problems": codes])
            try await trail.write(.verdict, "fail", payload: ["exitCode": .integer(ExitCode.usage.rawValue)])
            _ = try await trail.checkpoint()
        } catch {
            throw RunError(.storage, "the refusal could not be recorded: \(error)", cause: error)
        }
    }

    private func carryOut(_ observe: @escaping @Sendable (RunEvent) -> Void) async throws -> RunResult {
        let home: Home
        do {
            home = try Home(path: homePath)
            try FileSystem.makeDirectory(outputDirectory)
        } catch {
            throw RunError(.configuration, "\(error)", cause: error)
        }
        let trail: AuditTrail
        do {
            trail = try await AuditTrail.begin(home, runID: id, person: options.actor)
        } catch {
            throw RunError(.storage, "\(error)", cause: error)
        }
        let lock: RunLock?
        do { lock = try RunLock(home, runID: id) } catch { throw RunError(.storage, "\(error)", cause: error) }
        guard let lock else { throw RunError(.configuration, "the run \(id) is still going on in another process") }
        // What is left of the run needs no owner: a slot that it could not give back is that of a dead one.
        defer { lock.remove() }
        do {
            return try await RunStore.with(home) { store in
                try await RunSession(run: self, home: home, store: store, trail: trail, observe: observe).carryOut()
            }
        } catch let error as RunError {
            throw error
        } catch {
            throw RunError(.configuration, "the run could not begin: \(error)", cause: error)
        }
    }
}
