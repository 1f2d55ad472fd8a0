import Addresses
import ExactJSON
import HTTPService
import Logging
import Monitors
import RingbackHome
import RunReport
import RunStore
import Sandbox
import ScenarioFile
import SimulationAPI
import SimulationClient
import Synchronization
import Webhooks

/// A run that is going on: the parts it needs, opened from the outside in, and the way through them.
///
/// The order matters: the receiver listens before anything is created, and everything is closed the other way round.
struct RunSession: Sendable {
    let run: Run
    let home: Home
    let store: RunStore
    let trail: AuditTrail
    let observe: @Sendable (RunEvent) -> Void

    func carryOut() async throws -> RunResult {
        let startedAt = WallClock.now
        let timeline = Timeline()
        let deadline = timeline.after(run.options.timeout)
        let secrets = try webhookSecrets()
        let monitors = try preparedMonitors()
        try requireAnchors()
        let listen = run.options.webhookListen ?? run.target.webhookListen
        if secrets.isEmpty, !HTTPURL.isLoopback(host: listen.host) {
            throw RunError(
                .configuration,
                "the receiver would take unsigned events on \(listen.host); set RINGBACK_WEBHOOK_SECRET, or listen on a "
                    + "loopback address"
            )
        }
        return try await withRemote(secret: secrets.signing) { remote, seed in
            let row = try await row(of: remote, startedAt)
            return try await Forwarder.with(monitors, owner: row.rowID, store: store, home: home, lockID: run.id) {
                forwarder in
                let desk = MonitorDesk(store: store, forwarder: forwarder, interruption: run.interruption)
                let reception = try await reception(secrets, owner: row.rowID, forwarder)
                return try await withReceiver(reception.receiver, listen) { port in
                    try await HTTPTransport.withAsyncHTTPClient { transport in
                        let client = SimulationClient(
                            target: remote.target,
                            credentials: remote.credentials,
                            capabilities: remote.capabilities,
                            retryPolicy: RetryPolicy(maxAttempts: run.options.maxAttempts),
                            version: Run.version,
                            environment: ClientEnvironment(transport: transport, timeline: timeline)
                        )
                        let facts = RunFacts(
                            runID: run.id,
                            scenario: run.scenario,
                            payload: run.resumption?.payload ?? payload(listen, port),
                            target: run.target.kind,
                            origin: remote.target.origin,
                            seed: seed,
                            startedAt: Timestamp(milliseconds: row.startedAt)
                        )
                        let pass = RunPass(
                            session: self,
                            client: client,
                            reception: reception,
                            deadline: deadline,
                            isSigned: !secrets.isEmpty,
                            row: row,
                            listen: ListenAddress(host: listen.host, port: port),
                            monitors: desk,
                            slots: slots(of: remote, client, facts)
                        )
                        return try await pass.carryOut(facts)
                    }
                }
            }
        }
    }

    /// What takes the events of the run.
    private func reception(_ secrets: WebhookSecrets, owner: Int64, _ forwarder: Forwarder) async throws -> Reception {
        let (interruption, wake, maxCalls) = (run.interruption, WakeSignal(), run.scenario.payload.maxCalls)
        // Events that cannot be stored cannot be judged: the run stops, and says why.
        let inbox = try await Inbox.opened(store, owner: owner, routes: forwarder.routes) { _ in interruption.request()
        }
        let receiver = WebhookReceiver(secrets: secrets, now: { WallClock.now }) { received, done in
            let isFinal = received.event?.state.isFinal == true
            inbox.keep(received) { result in
                done(result)
                // The last call's final event: the simulation is about to end, so the next poll need not wait.
                if isFinal, inbox.endedCalls >= maxCalls { wake.signal() }
            }
        }
        return Reception(inbox: inbox, receiver: receiver, wake: wake)
    }

    private func preparedMonitors() throws(RunError) -> [PreparedMonitor] {
        do {
            return try PreparedMonitor.all(
                run.scenario.monitors,
                schedule: .fast,
                folder: FileSystem.workingDirectory,
                environment: run.options.environment
            )
        } catch {
            throw RunError(.configuration, error.description)
        }
    }

    /// Demands that the monitors are there that are to get the checkpoint.
    private func requireAnchors() throws(RunError) {
        let names = run.scenario.monitors.map(\.name)
        for case .monitor(let name) in run.options.anchors where !names.contains(name) {
            let known = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
            throw RunError(.configuration, "the scenario has no monitor \(name) for the checkpoint: \(known)")
        }
    }

    /// The run's row: a new one, or that of the run that is resumed.
    private func row(of remote: RemoteTarget, _ startedAt: Timestamp) async throws -> StoredRun {
        if let resumption = run.resumption {
            // Read again under the run's lock: somebody else may have gone on with it since, and even created.
            let row = try await store.run(id: run.id)
            guard row == resumption.row else {
                throw RunError(.configuration, "the run \(run.id) has gone on in another process meanwhile; try again")
            }
            return resumption.row
        }
        return try await store.insertRun(
            id: run.id,
            scenario: run.scenario.name,
            target: run.target.kind,
            origin: remote.target.origin,
            startedAt: startedAt
        )
    }

    /// Where slots come from; an embedded sandbox has its own for this run alone.
    private func slots(of remote: RemoteTarget, _ client: SimulationClient, _ facts: RunFacts) -> SlotDesk? {
        guard case .remote = run.target else { return nil }
        return SlotDesk(
            store: store,
            home: home,
            client: client,
            pool: "\(remote.target.origin) \(remote.organization)",
            capacity: run.scenario.limits.maxActiveSimulations,
            runID: run.id,
            tag: run.scenario.payload.tag ?? "",
            wireTag: facts.payload.tag ?? ""
        )
    }

    /// The payload as it is sent: the receiver's address, and a tag that finds this run's simulation and no other.
    private func payload(_ listen: ListenAddress, _ port: Int) -> SimulationPayload {
        var payload = run.scenario.payload
        payload.webhookURL =
            run.options.webhookURL
            ?? listen.webhookURL(port: port)
        payload.tag = (payload.tag.map { "\($0):" } ?? "") + run.id
        return payload
    }

    private func webhookSecrets() throws -> WebhookSecrets {
        var secrets = WebhookSecrets()
        if let text = run.options.webhookSecret {
            do {
                secrets = try WebhookSecrets(text)
            } catch {
                throw RunError(.configuration, "RINGBACK_WEBHOOK_SECRET \(error)", cause: error)
            }
        }
        // The embedded sandbox always signs.
        if case .embeddedSandbox = run.target { return secrets.withSigning }
        return secrets
    }

    /// Opens the sandbox of the run, or names the remote side.
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

    private func withReceiver<Result: Sendable>(
        _ receiver: WebhookReceiver,
        _ listen: ListenAddress,
        body: @escaping @Sendable (Int) async throws -> Result
    ) async throws -> Result {
        let configuration = HTTPServer.Configuration(host: listen.host, port: listen.port, logger: .silent)
        do {
            return try await receiver.listen(configuration, body: body)
        } catch let error as HTTPServer.BindError {
            throw RunError(
                .configuration,
                "the receiver cannot listen on \(listen.authority): \(error.reason); choose another with --webhook-listen",
                cause: error
            )
        }
    }
}

extension Run {
    /// The version of this product.
    public static let version = "0.1.0"
}
