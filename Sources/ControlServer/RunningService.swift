import AuditLog
import ExactJSON
import HTTPService
import Logging
import Monitors
import RingbackHome
import RunStore
import SimulationAPI
import Synchronization
import Webhooks

/// A service that is up, as its routes see it.
final class RunningService: Sendable {
    let home: Home
    let store: RunStore
    let audit: ServiceAudit
    let tokens: TokenDirectory
    let desk: TokenDesk
    let workers: RunWorkers
    /// Tells watchers what has changed.
    let changes: ChangeFeed
    let metrics: ServiceMetrics
    let inbox: Inbox
    let receiver: WebhookReceiver
    private let forwarder: Forwarder
    let logger: Logger
    private let readiness = Mutex(Readiness(at: .now))

    init(
        home: Home,
        store: RunStore,
        inbox: Inbox,
        receiver: WebhookReceiver,
        forwarder: Forwarder,
        tokens: TokenDirectory,
        workers: RunWorkers,
        metrics: ServiceMetrics,
        logger: Logger
    ) {
        (self.home, self.store, self.tokens, self.workers) = (home, store, tokens, workers)
        self.metrics = metrics
        (audit, desk) = (ServiceAudit(home), TokenDesk(store))
        changes = ChangeFeed(store, logger: logger)
        self.inbox = inbox
        self.receiver = receiver
        self.forwarder = forwarder
        self.logger = logger
    }

    /// From now on the service is not ready, since it is about to stop.
    func drain() {
        changeReadiness { $0.isDraining = true }
        workers.drain()
        logger.info("drain begun")
    }

    /// Why the service is not ready; empty if it is.
    func problems() -> [String] {
        var problems = readiness.withLock { $0 }.problems(at: .now)
        if let refusal = inbox.nextRefusal { problems.append("events cannot be stored: \(refusal)") }
        if let reason = forwarder.storageError { problems.append("deliveries cannot be recorded: \(reason)") }
        return problems
    }

    var currentReadiness: Readiness { readiness.withLock { $0 } }

    /// Notes something that readiness depends on.
    func changeReadiness(_ change: (inout Readiness) -> Void) { readiness.withLock { change(&$0) } }

    /// What has come since the start.
    var webhookCounts: JSONValue {
        let (counts, refusals) = (inbox.counts, receiver.refusals.sorted { $0.key < $1.key })
        return [
            "unsignedAccepted": .bool(receiver.takesUnsigned), "received": .integer(counts.received),
            "stored": .integer(counts.unique), "duplicates": .integer(counts.duplicates),
            "quarantined": .integer(counts.quarantined), "identityReused": .integer(counts.identityReused),
            "refused": .object(refusals.map { .init($0.key, .integer($0.value)) }),
        ]
    }

    /// Fails if a request could never be run here.
    func requireRunnable(_ read: RunRequestReader.Read) async throws {
        if read.run.target == .cxone, workers.settings.remote == nil {
            throw Problem(
                status: 422,
                code: "target_not_configured",
                title: "Target not configured",
                detail: workers.settings.missing
            )
        }
        guard let baseline = read.run.baseline, baseline != RunRequest.lastPass else { return }
        if let run = try await store.run(id: baseline), try await store.document(of: run) != nil { return }
        throw QueryParameters.problem(
            "baseline",
            "this service has no result of the run \(baseline.prefix(40)); give a run's id, or last-pass"
        )
    }

    /// Reads quarantined bodies again, and accepts those that are events now.
    ///
    /// - Parameter webhookID: only those of this identity; `nil` for all.
    func readAgain(_ webhookID: String?, by caller: Caller) async throws -> QuarantineReplay {
        let payload: JSONValue = ["quarantine": webhookID.map { .string($0) } ?? "all"]
        try await audit.record(.replay, "requested", by: caller, payload: payload)
        let routes = try await store.storedRoutes()
        let replay = try await store.replayQuarantine(webhookID: webhookID) { routes[$0] }
        forwarder.wake()
        return replay
    }

    /// Puts one delivery back into its monitor's queue, as if it had never been sent.
    func replay(_ number: Int64) async throws {
        var query = DeliveryQuery()
        query.ids = [number]
        query.states = Set(DeliveryState.allCases)
        for monitor in try await store.monitors(with: query) {
            _ = try await store.replay(query, monitor: monitor.rowID, batch: 0, now: store.time)
        }
        forwarder.wake()
    }
}
