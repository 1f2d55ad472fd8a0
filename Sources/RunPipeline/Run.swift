import AuditLog
package import ExactJSON
import Logging
package import RingbackHome
public import RunReport
package import RunStore
public import ScenarioFile
import SimulationAPI
import SimulationClient

/// One run, from a valid scenario to a verdict.
///
/// ```swift
/// let scenario = try Scenario.load(path: "tutorial.yaml").scenario
/// let result = try await Run(scenario, on: .embeddedSandbox(), home: ".ringback").result()
/// print(result.verdict, result.accuracyRate ?? 0)
/// ```
///
/// The result has everything that happened, also a refusal by the remote side; only a run that could not begin throws.
/// Cancelling the task interrupts the run: the simulation is cancelled if possible, and the files are written.
public struct Run: Sendable {
    /// The version of this product.
    public static let version = "0.1.0"

    /// The run's id.
    public internal(set) var id: String
    /// The scenario.
    public let scenario: Scenario
    /// Where it runs.
    public let target: RunTarget
    /// The options.
    public let options: RunOptions
    let homePath: String
    let interruption = Interruption()
    /// Saved progress, if the run is resumed.
    var resumption: Resumption?
    /// The service that hosts the run; `nil` for a run in a process of its own.
    var host: RunHost?

    /// Prepares a run; nothing happens yet.
    ///
    /// - Parameter home: the folder of database, audit log and files; it is made if it is missing.
    public init(_ scenario: Scenario, on target: RunTarget, home: String, options: RunOptions = RunOptions()) {
        id = RunID.make(at: WallClock.now)
        self.scenario = scenario
        self.target = target
        homePath = home
        self.options = options
    }

    /// Prepares a run that a service hosts, under the id of its row.
    package init(_ scenario: Scenario, on target: RunTarget, host: RunHost, options: RunOptions = RunOptions()) {
        self.init(scenario, on: target, home: host.home.path, options: options)
        id = host.row.id
        self.host = host
    }

    /// The folder of the run's files.
    public var outputDirectory: String { options.outputDirectory ?? "\(homePath)/runs/\(id)" }

    /// Asks the run to stop: the simulation is cancelled if possible, and the result says so.
    public func interrupt() { interruption.request() }

    /// Leaves the run as it is, so that another process can resume it: nothing is cancelled, and it gets no end.
    ///
    /// ``result(observe:)`` then throws ``RunError/Code/left``, unless the run is so far that it ends by itself.
    package func leave() { interruption.request(leaving: true) }

    /// Runs.
    ///
    /// - Parameter observe: gets the events of the run, from any thread.
    /// - Returns: the result, also if an assertion failed or the remote side refused.
    /// - Throws: ``RunError`` if the run could not begin.
    public func result(observe: @escaping @Sendable (RunEvent) -> Void = { _ in }) async throws -> RunResult {
        // A task of its own, awaited here: tidying up must not be cancelled with the caller.
        let work = Task { try await run(observe) }
        return try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            interruption.request()
        }
    }

    /// Records that a scenario was refused, as a run that failed before it began.
    ///
    /// - Throws: ``RunError`` if the audit log cannot be written.
    public static func recordRefusal(of path: String, diagnostics: [Diagnostic], home: String, actor: String)
        async throws
    {
        try await RunError.wrapping(.storage, "the refusal could not be recorded: ") {
            let id = RunID.make(at: WallClock.now)
            let trail = try await AuditTrail.begin(try Home(path: home), runID: id, person: actor)
            let codes = JSONValue.array(diagnostics.prefix(100).map { .string($0.code.rawValue) })
            try await trail.write(.validation, "failed", payload: ["problems": codes])
            try await trail.write(.verdict, "fail", payload: ["exitCode": .integer(ExitCode.usage.rawValue)])
            _ = try await trail.checkpoint()
        }
    }

    /// Frees the slot of a run that is over, and records that a person did so.
    package static func releaseSlot(_ ticket: SlotTicket, in home: Home, _ store: RunStore, actor: String) async throws
    {
        let trail = try await AuditTrail.begin(home, runID: ticket.runId, person: actor)
        try await trail.write(.slot, "released", simulationID: ticket.simulationId, payload: ["by": "hand"])
        try await store.releaseSlot(of: ticket.runId)
    }

    /// Leaves the files of a run without a result in the folder that was named for them.
    ///
    /// - Parameter throughLinks: whether links, pipes and devices are written too; otherwise only plain files.
    package static func leaveFiles(of run: UnfinishedRun, in directory: String, throughLinks: Bool = true) throws {
        try RunFiles(directory: directory).write(run, throughLinks: throughLinks)
    }

    /// The file of a run's events, made from the store that has them.
    package static func events(of run: StoredRun, in store: RunStore) async throws -> [UInt8] {
        try await RunFiles.events(store: store, run: run.rowID)
    }

    private func run(_ observe: @escaping @Sendable (RunEvent) -> Void) async throws -> RunResult {
        let home = try await RunError.wrapping(.configuration) {
            let home = try host?.home ?? Home(path: homePath)
            try FileSystem.makeNamedDirectory(outputDirectory)
            return home
        }
        let trail = try await RunError.wrapping(.storage) {
            if let host {
                AuditTrail(home, runID: id, token: host.token)
            } else {
                try await AuditTrail.begin(home, runID: id, person: options.actor)
            }
        }
        let session = { @Sendable (store: RunStore) in
            try await RunError.wrapping(.configuration) {
                let unfinished = UnfinishedRun(
                    runID: id,
                    scenario: scenario.name,
                    reason: "the run has not come to its end: it still works, or its process died"
                )
                try RunFiles(directory: outputDirectory).write(unfinished, throughLinks: false)
            }
            return try await RunSession(run: self, home: home, store: store, trail: trail, observe: observe).result()
        }
        return try await RunError.wrapping(.configuration, "the run could not begin: ") {
            guard let host else { return try await RunStore.with(home) { try await begin(on: $0, session) } }
            // A worker of a service that shares its store has the lease of the run.
            return try await host.store.isLeased ? session(host.store) : begin(on: host.store, session)
        }
    }

    private func begin(
        on store: RunStore,
        _ session: (RunStore) async throws -> RunResult
    ) async throws -> RunResult {
        let result = try await store.working(on: id, onLost: { leave() }, body: session)
        guard let result else {
            throw RunError(.configuration, "the run \(id) is still going on in another process")
        }
        return result
    }
}

/// Makes ids of runs: ULIDs, 26 characters of Crockford's Base32 with a time and random bits, ordered by time.
package enum RunID {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    package static func make(at now: Timestamp, random: UInt128 = .random(in: 0...UInt128.max)) -> String {
        var value = UInt128(UInt64(now.milliseconds)) << 80 | random >> 48
        var characters: [Character] = []
        for _ in 0..<26 {
            characters.append(alphabet[Int(value & 31)])
            value >>= 5
        }
        return String(characters.reversed())
    }
}
