import ExactJSON
import HTTPExchange
import Logging
import RunPipeline
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import Synchronization

/// The work on one run that a worker has taken.
struct RunWork: Sendable {
    let workers: RunWorkers
    /// Checks the lease of the run in every transaction, where several machines share the store.
    let store: RunStore
    let row: StoredRun
    let submission: Submission
    let request: RunRequest
    /// Names the run, and the request that asked for it.
    let logger: Logger
    /// Is told of each step.
    let liveness: RunLiveness

    private var settings: RunSettings { workers.settings }

    /// Runs a scenario against its target.
    func run(isResumed: Bool, webhookURL: String) async throws -> RunReport.ExitCode {
        let host = RunHost(
            home: workers.home,
            store: store,
            row: row,
            token: submission.token,
            receiver: workers.receiver,
            webhookURL: webhookURL,
            serviceRoutes: workers.serviceRoutes,
            traces: workers.traces,
            logger: logger
        )
        let options = try await options()
        let run: Run
        if isResumed {
            guard let resumed = try await Run.resuming(on: try target(), host: host, options: options) else {
                return .refused
            }
            run = resumed
        } else {
            var scenario = try request.loaded(of: row.id).scenario
            if let most = settings.maxActiveSimulations, !scenario.writtenParts.contains("limits") {
                scenario.limits.maxActiveSimulations = most
            }
            run = Run(scenario, on: try target(), host: host, options: options)
        }
        workers.stoppable(row.rowID, cancel: { run.interrupt() }, leave: { run.leave() })
        return try await withProgress { show in
            let result = try await run.result { event in
                liveness.note()
                if let seen = Self.seen(event) { show(seen) }
            }
            return result.exitCode
        }
    }

    private func target() throws -> RunTarget {
        switch request.target {
        case .sandbox: return .embeddedSandbox(EmbeddedSandbox(seed: request.seed))
        case .cxone:
            guard let remote = settings.remote else { throw RunError(.configuration, settings.missing) }
            return .remote(remote)
        }
    }

    private func options() async throws -> RunOptions {
        var options = RunOptions()
        options.timeout = settings.timeout
        options.pollInterval = request.target == .cxone ? settings.pollInterval : nil
        options.drain = request.target == .cxone ? settings.drain : nil
        options.webhookSecret = settings.webhookSecret
        options.outputDirectory = row.folder
        options.actor = submission.token
        options.command = "ringback run scenario.yaml --seed \(request.seed)"
        options.baseline = try await baseline()
        return options
    }

    /// The earlier run that this one is compared with.
    func baseline() async throws -> Baseline? {
        guard let name = request.baseline else { return nil }
        let gate = try request.gate.map { try RegressionGate(parsing: $0) }
        let found: StoredRun?
        if name == RunRequest.lastPass {
            found = try await store.lastPass(row.kind, scenario: row.scenario)
        } else {
            found = try await store.run(id: name)
        }
        guard let found, let document = try await store.document(of: found) else {
            let reason = "no passing run of \(row.scenario) exists yet: judged alone"
            return Baseline(noneBecause: reason, called: name)
        }
        return try Baseline(try JSONReader.read(document), called: found.id, gate: gate)
    }

    // MARK: Progress

    /// What a watcher sees of an event; `nil` if nothing changes for it.
    private static func seen(_ event: RunEvent) -> JSONValue? {
        switch event {
        case .step(let step): ["step": .string(step.description)]
        case .waitingForSlot: ["step": "waiting for a slot of the organisation"]
        case .waitingBehind(let place): ["step": "waiting for a slot", "waiting": .string(place.description)]
        case .progress(let progress):
            [
                "step": .string(progress.step), "attempted": .integer(progress.attempted),
                "maxCalls": .integer(progress.maxCalls), "events": .integer(progress.events),
                "elapsedSeconds": .double(progress.elapsedSeconds),
            ]
        case .began, .warning, .leftUndone: nil
        }
    }

    /// Stores the newest progress while `body` runs, twice a second at most.
    func withProgress<Result: Sendable>(
        _ body: @escaping @Sendable (_ show: @escaping @Sendable (JSONValue) -> Void) async throws -> Result
    ) async throws -> Result {
        let newest = NewestProgress()
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { [store, row = row.rowID] in
                while !Task.isCancelled {
                    // A run goes on if its progress cannot be stored; its end needs the store, and will say so.
                    if let progress = newest.take() { try? await store.setProgress(progress, of: row) }
                    try? await Task.sleep(for: .milliseconds(500))
                }
                return nil
            }
            group.addTask {
                try await body {
                    liveness.note()
                    newest.put($0)
                }
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}

/// When a run last made a step: a worker that hangs lives, and its run must go on elsewhere.
final class RunLiveness: Sendable {
    private let patience: Duration?
    private let last = Mutex(ContinuousClock.now)

    /// - Parameter timeout: the time limit of a run, by which a run ends without another step; `nil` for a study, which waits for
    ///   nobody and whose steps take as long as they take.
    init(timeout: Duration?) { patience = timeout.map { $0 + .seconds(60) } }

    func note() { last.withLock { $0 = .now } }

    var isGoingOn: Bool { patience.map { last.withLock { $0.duration(to: .now) } < $0 } ?? true }
}

/// The newest progress that is not stored yet.
private final class NewestProgress: Sendable {
    private let value = Mutex<JSONValue?>(nil)

    func put(_ progress: JSONValue) { value.withLock { $0 = progress } }

    func take() -> JSONValue? {
        value.withLock { value in
            defer { value = nil }
            return value
        }
    }
}

extension RunRequest {
    /// The baseline that is the newest passing run of the same kind and scenario.
    static let lastPass = "last-pass"
}
