import ExactJSON
import HTTPExchange
import Monitors
import RingbackHome
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import SimulationClient
import Webhooks

/// Opens everything that a run needs, from the outside in, and closes it in the reverse order.
///
/// The receiver listens before the simulation is created.
struct RunSession: Sendable {
    let run: Run
    let home: Home
    let store: RunStore
    let trail: AuditTrail
    let observe: @Sendable (RunEvent) -> Void
    var timeline = Timeline()
    /// The clock that everything in the store is on.
    var now: @Sendable () -> Timestamp { { [store] in store.time } }

    func result() async throws -> RunResult {
        let startedAt = now()
        let deadline = timeline.after(run.options.timeout)
        let secrets = try await RunError.wrapping(.configuration) { try webhookSecrets() }
        let monitors = try await RunError.wrapping(.configuration) {
            try PreparedMonitor.all(
                run.scenario.monitors,
                schedule: .fast,
                folder: FileSystem.workingDirectory,
                environment: run.options.environment
            )
        }
        try requireAnchors()
        let door = try door(secrets)
        var environment = ForwardingEnvironment.system
        if let logger = run.host?.logger { environment.logger = logger }
        let forwarding = environment
        return try await withRemote(secret: secrets.signing) { remote, seed in
            let row = try await row(of: remote, startedAt)
            return try await Forwarder.with(
                monitors,
                owner: row.rowID,
                store: store,
                home: home,
                lockID: run.id,
                grace: .seconds(5),
                environment: forwarding
            ) { forwarder in
                let monitors = RunMonitors(session: self, forwarder: forwarder)
                return try await withReception(secrets, row, forwarder, at: door) { reception in
                    try await HTTPTransport.withConnections(remote.connections) { transport in
                        let client = SimulationClient(
                            target: remote.target,
                            credentials: remote.credentials,
                            capabilities: remote.capabilities,
                            retryPolicy: RetryPolicy(maxAttempts: run.options.maxAttempts),
                            version: Run.version,
                            hiding: remote.connections.proxies.secrets,
                            environment: ClientEnvironment(transport: transport.traced, timeline: timeline)
                        )
                        let facts = RunFacts(
                            runID: run.id,
                            scenario: run.scenario,
                            payload: run.resumption?.payload ?? payload(reception.url),
                            target: run.target.kind,
                            origin: remote.target.origin,
                            seed: seed,
                            startedAt: Timestamp(milliseconds: row.startedAt)
                        )
                        let execution = RunExecution(
                            session: self,
                            client: client,
                            reception: reception,
                            deadline: deadline,
                            isSigned: !secrets.isEmpty,
                            row: row,
                            listen: reception.address,
                            monitors: monitors,
                            slot: slot(of: remote, client, facts)
                        )
                        return try await execution.result(facts)
                    }
                }
            }
        }
    }

    /// Fails if the checkpoint has no way to its places: a file that cannot be there, a monitor that the scenario lacks.
    private func requireAnchors() throws(RunError) {
        for case .file(let path) in run.options.anchors {
            do { try FileSystem.checkNamed(path) } catch {
                throw RunError(.configuration, "--anchor has no place for the checkpoint: \(error)", cause: error)
            }
        }
        let names = run.scenario.monitors.map(\.name)
        for case .monitor(let name) in run.options.anchors where !names.contains(name) {
            let known = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
            throw RunError(.configuration, "the scenario has no monitor \(name) for the checkpoint: \(known)")
        }
    }

    /// The run's row: a new one, or the one of the resumed run.
    private func row(of remote: RemoteTarget, _ startedAt: Timestamp) async throws -> StoredRun {
        if let resumption = run.resumption {
            // Read again under the run's lock: another process may have resumed the run since, and created a simulation.
            let row = try await store.run(id: run.id)
            guard store.isLeased || row == resumption.row else {
                throw RunError(.configuration, "the run \(run.id) has gone on in another process meanwhile; try again")
            }
            return resumption.row
        }
        if let host = run.host {
            var row = host.row
            row.origin = remote.target.origin
            try await store.update(row)
            return row
        }
        return try await store.insertRun(
            id: run.id,
            scenario: run.scenario.name,
            target: run.target.kind,
            origin: remote.target.origin,
            startedAt: startedAt,
            folder: FileSystem.absolute(run.outputDirectory)
        )
    }

    /// The slot of the run; `nil` for an embedded sandbox, which serves this run alone.
    private func slot(of remote: RemoteTarget, _ client: SimulationClient, _ facts: RunFacts) -> RunSlot? {
        guard case .remote = run.target else { return nil }
        return RunSlot(
            store: store,
            home: home,
            client: client,
            pool: "\(remote.target.origin) \(remote.organization)",
            capacity: run.scenario.limits.maxActiveSimulations,
            hold: run.scenario.limits.slotHold,
            runID: run.id,
            tag: run.scenario.payload.tag ?? "",
            wireTag: facts.payload.tag ?? "",
            now: now
        )
    }

    /// The payload as it is sent: with the receiver's address, and a tag that only this run's simulation has.
    private func payload(_ webhookURL: String) -> SimulationPayload {
        var payload = run.scenario.payload
        payload.webhookURL = webhookURL
        payload.tag = (payload.tag.map { "\($0):" } ?? "") + run.id
        return payload
    }

    private func webhookSecrets() throws -> WebhookSecrets {
        let secrets = try WebhookSecrets(run.options.webhookSecret)
        // The embedded sandbox always signs.
        if case .embeddedSandbox = run.target { return secrets.withSigning }
        return secrets
    }

    /// Serves the embedded sandbox while `body` runs, if the run has one.
    private func withRemote<Result: Sendable>(
        secret: WebhookSecret?,
        body: @escaping @Sendable (RemoteTarget, _ seed: UInt32?) async throws -> Result
    ) async throws -> Result {
        switch run.target {
        case .remote(let remote): return try await body(remote, nil)
        case .embeddedSandbox(let settings):
            return try await settings.serving(run.scenario.limits, secret: secret) { remote in
                try await body(remote, settings.seed)
            }
        }
    }
}
