import Addresses
import HTTPExchange
import HTTPService
import Monitors
import RingbackHome
import RunStore
import ScenarioFile
import SimulationAPI
import Synchronization
import Telemetry
import Tracing
import Webhooks

/// Where the events of a run come in.
extension RunSession {
    /// Where events of the run come in.
    enum Door {
        case own(ListenAddress, BoundHost)
        /// The receiver of the service that hosts the run.
        case shared(RunHost)
    }

    func door(_ secrets: WebhookSecrets) throws -> Door {
        if let host = run.host, case .remote = run.target { return .shared(host) }
        let listen = run.options.webhookListen ?? run.target.webhookListen
        let host: BoundHost
        do { host = try BoundHost(resolving: listen.host) } catch { throw RunError.cannotListen(listen, error) }
        if secrets.isEmpty, !host.isLoopback {
            throw RunError(
                .configuration,
                "the receiver would take unsigned events on \(host); set RINGBACK_WEBHOOK_SECRET, or listen on a "
                    + "loopback address"
            )
        }
        let isNamed = run.options.webhookURL != nil || run.resumption != nil
        guard isNamed || host.isLoopback || ClearText.hosts.contains(host.name.lowercased()) else {
            throw RunError(
                .configuration,
                "events would come by http to \(host), which is not a loopback address; name the address that the target "
                    + "reaches with --webhook-url, or the host in \(ClearText.variable)"
            )
        }
        return .own(listen, host)
    }

    /// Receives the events of the run while `body` runs.
    func withReception<Result: Sendable>(
        _ secrets: WebhookSecrets,
        _ row: StoredRun,
        _ forwarder: Forwarder,
        at door: Door,
        body: @escaping @Sendable (EventReception) async throws -> Result
    ) async throws -> Result {
        let (wake, maxCalls) = (WakeSignal(), run.scenario.payload.maxCalls)
        let inbox = try await inbox(of: row.rowID, forwarder)
        let (spans, traces) = (EventSpans(), run.host?.traces)
        // After the last call's final event the simulation is about to end: poll at once. Any event may come with others
        // that the run takes over.
        let kept = { @Sendable in
            if inbox.endedCalls >= maxCalls { wake.signal() }
        }
        switch door {
        case .own(let listen, let host):
            let receiver = WebhookReceiver(secrets: secrets, now: now) { received, done in
                let span = spans.begin()
                inbox.keep(received) { result in
                    done(result)
                    span?.end()
                    kept()
                }
            }
            return try await withReceiver(receiver, host, listen) { port in
                let address = ListenAddress(host: listen.host, port: port)
                let url = run.options.webhookURL ?? listen.webhookURL(port: port)
                var reception = EventReception(inbox: inbox, wake: wake, url: url, address: address) {
                    receiver.rejected
                }
                reception.route = { traces?.note($0) }
                return try await gatheringElsewhere(reception, kept, body)
            }
        case .shared(let host):
            // Events that came while no process worked on the run are behind those that it has. Where machines share the
            // store, each numbers its events as they come.
            let newest = store.isShared ? 0 : try await store.lastWebhook(of: run.resumption?.row.rowID)
            let address = run.resumption?.intent.listen ?? ListenAddress(host: "127.0.0.1", port: 0)
            var reception = EventReception(inbox: inbox, wake: wake, url: host.webhookURL, address: address) { 0 }
            let destination = EventDestination(inbox: inbox, spans: spans, kept: kept)
            let known = Mutex<String?>(nil)
            reception.route = { id in
                known.withLock { $0 = id }
                traces?.note(id)
                try await host.receiver.route(id, to: destination, since: newest)
            }
            defer { if let id = known.withLock({ $0 }) { host.receiver.end(id) } }
            return try await gatheringElsewhere(reception, kept, body)
        }
    }

    /// Takes over the events that come to other machines while `body` runs, and a last time when it asks for that.
    private func gatheringElsewhere<Result: Sendable>(
        _ reception: EventReception,
        _ kept: @escaping @Sendable () -> Void,
        _ body: @escaping @Sendable (EventReception) async throws -> Result
    ) async throws -> Result {
        guard store.isShared else { return try await body(reception) }
        let simulation = Mutex<String?>(nil)
        let gather = { @Sendable in
            // Reading first: mostly nothing has come.
            guard let id = simulation.withLock({ $0 }),
                try await store.hasEarlyEvents(of: id, for: reception.inbox.owner)
            else { return }
            try await reception.inbox.adopt(id, since: 0)
            kept()
        }
        var routed = reception
        routed.gather = gather
        routed.route = { id in
            simulation.withLock { $0 = id }
            // What cannot be taken over now is taken over with the next look.
            do { try await reception.route(id) } catch is InboxRefusal {}
        }
        let complete = routed
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(250))
                    // A database that is out of reach is asked again.
                    try? await gather()
                }
                return nil
            }
            group.addTask { try await body(complete) }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    private func inbox(of owner: Int64, _ forwarder: Forwarder) async throws -> Inbox {
        let interruption = run.interruption
        // Without all events the run cannot be judged, so it stops if one cannot be stored.
        let inbox = try await Inbox.opened(
            store,
            owner: owner,
            routes: forwarder.routes,
            serviceRoutes: run.host?.serviceRoutes,
            stopsWhenShort: true
        ) { _ in
            interruption.request()
        }
        if case .diskShort? = inbox.nextRefusal, let refusal = inbox.nextRefusal {
            throw RunError(
                .configuration,
                "\(refusal); free some of \(home.path), or choose another home with --home; nothing was sent"
            )
        }
        return inbox
    }

    private func withReceiver<Result: Sendable>(
        _ receiver: WebhookReceiver,
        _ host: BoundHost,
        _ listen: ListenAddress,
        body: @escaping @Sendable (Int) async throws -> Result
    ) async throws -> Result {
        let configuration = HTTPServer.Configuration(host: host, port: listen.port, logger: .silent)
        do {
            return try await receiver.listen(configuration, body: body)
        } catch let error as HTTPServer.BindError {
            throw RunError.cannotListen(listen, error)
        }
    }
}

extension RunError {
    fileprivate static func cannotListen(_ listen: ListenAddress, _ error: HTTPServer.BindError) -> RunError {
        RunError(
            .configuration,
            "the receiver cannot listen on \(listen.authority): \(error.reason); choose another with --webhook-listen",
            cause: error
        )
    }
}

/// Where the events of a run are received.
struct EventReception: Sendable {
    let inbox: Inbox
    /// Brings the next poll forward when the last call has ended.
    let wake: WakeSignal
    /// The address that the target sends events to.
    let url: String
    /// The address of the listener; it is kept, so that a resumed run listens there again.
    let address: ListenAddress
    /// The deliveries that were answered with an error and not stored, as far as they are known to be the run's.
    let rejected: @Sendable () -> Int
    /// Called with the id of the simulation as soon as it is known.
    var route: @Sendable (_ simulationID: String) async throws -> Void = { _ in }
    /// Takes over what has come to other machines that share the store.
    var gather: @Sendable () async throws -> Void = {}
}
