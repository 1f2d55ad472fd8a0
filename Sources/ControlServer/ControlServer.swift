import CoreMetrics
import ExactJSON
import HTTPExchange
package import HTTPService
import Logging
package import Monitors
package import NIOSSL
package import RingbackHome
import RunPipeline
package import RunStore
import SimulationAPI
import Synchronization
import Telemetry
package import Webhooks

/// The long-running service of a home: receives events around the clock, forwards them, and answers the control API.
package enum ControlServer {
    /// What a service is started with.
    package struct Configuration: Sendable {
        package var host = BoundHost.loopback
        /// The port; 0 lets the system choose.
        package var port = 8088
        /// TLS; `nil` for plain HTTP.
        package var tls: TLSConfiguration?
        /// The bearer token of the control API.
        package var token: APIToken
        /// The host names that are the service's own, in lower case and without a port; empty for any.
        package var hosts: Set<String> = []
        /// Those of them that a proxy is asked for.
        package var publicHosts: Set<String> = []
        /// The path below which a proxy shows the service.
        package var publicPath = PublicPath.root
        /// Whether a proxy in front of the service speaks TLS.
        package var isBehindProxy = false
        /// The addresses of proxies whose word on the client's address is believed.
        package var trustedProxies = TrustedProxies()
        /// Where traces go; `nil` for nowhere.
        package var collector: TraceCollector?
        /// Where metrics are served without a token; `nil` for nowhere but behind one.
        package var metricsListener: (host: BoundHost, port: Int)?
        /// The keys of senders; without one, unsigned events are accepted.
        package var secrets = WebhookSecrets()
        /// Monitors that get every accepted event.
        package var monitors: [PreparedMonitor] = []
        /// How long the service waits for monitors when it stops.
        package var drain = Duration.seconds(10)
        /// The variables of the environment, which hold the keys of adopted monitors.
        package var variables: @Sendable (String) -> String? = { _ in nil }
        package var log: ServiceLog
        /// How it runs what it is asked for.
        package var runs = RunSettings()
        /// The age from which on runs and events are removed; `nil` keeps all.
        package var keep: Duration?

        package init(token: APIToken, log: ServiceLog) {
            self.token = token
            self.log = log
        }
    }

    /// What a connection to any listener of the service may take.
    static var limits: ConnectionLimits {
        var limits = ConnectionLimits()
        // Longer than proxies keep their own connections, which usually is 60 s.
        limits.idleTimeout = .seconds(90)
        limits.connectionsPerAddress = 64
        return limits
    }

    /// The service stopped by itself: it could not store events.
    package struct StorageError: Error, CustomStringConvertible {
        let reason: String
        let home: String

        package var description: String {
            "events could not be stored any more: \(reason); look at the disk of \(home), then start the service again"
        }
    }

    /// How the service listens, without what it notes of refused requests.
    static func listener(_ configuration: Configuration) -> HTTPServer.Configuration {
        var quiet = Logger(label: "ringback") { _ in configuration.log }
        // The server's own entries, such as one for each start, are written from level warning on.
        quiet.logLevel = max(quiet.logLevel, .warning)
        var server = HTTPServer.Configuration(
            host: configuration.host,
            port: configuration.port,
            tls: configuration.tls,
            logger: quiet
        )
        server.limits = limits
        server.isExempt = configuration.trustedProxies.contains
        return server
    }

    /// Serves while `body` runs, and then stops: no more requests, then a last try for what is pending.
    ///
    /// The caller holds the service lock of the home. `body` gets the origin, and returns when the service is to stop.
    ///
    /// - Throws: `HTTPServer.BindError` if the address cannot be bound, ``StorageError`` if events cannot be stored any
    ///   more, `Forwarder.BusyError` if another process forwards to a monitor of the service, or the store's error.
    package static func with(
        _ configuration: Configuration,
        home: Home,
        store: RunStore,
        body: @escaping @Sendable (_ origin: String) async throws -> Void
    ) async throws {
        let logger = Logger(label: "ringback") { _ in configuration.log }
        var configured = listener(configuration)
        let metrics = ServiceMetrics()
        configured.onRefusal = { problem in
            metrics.refused(status: problem.status)
            var metadata: Logger.Metadata = ["status": "\(problem.status)", "code": "\(problem.code)"]
            metadata["reason"] = "\(problem.detail)"
            logger.info("request refused", metadata: metadata)
        }
        let server = configured
        var environment = ForwardingEnvironment.system
        environment.logger = logger
        let traces = SimulationTraces()
        environment.trace = { traces[$0] }
        try await TraceCollector.with(configuration.collector, logger: logger) { [environment] tracer in
            try await withMetricsFactory(metrics.registry) {
                // Where several services share a store, one at a time forwards to a monitor: the one that adopts it.
                let awake = AdoptedForwarders()
                let ownMonitors =
                    store.isShared
                    ? try await Forwarder.registered(configuration.monitors, owner: InboxOwner.service, in: store) : []
                let sharedRoutes = Forwarder.routes(to: ownMonitors) { awake.wake() }
                try await Forwarder.with(
                    store.isShared ? [] : configuration.monitors,
                    owner: InboxOwner.service,
                    store: store,
                    home: home,
                    lockID: ServiceLock.id,
                    environment: environment
                ) { [environment] forwarder in
                    let (failures, failure) = AsyncStream<String>.makeStream()
                    let inbox = try await Inbox.opened(
                        store,
                        owner: InboxOwner.service,
                        routes: sharedRoutes ?? forwarder.routes,
                        onStop: { failure.yield($0) },
                        onReuse: { id in
                            let metadata: Logger.Metadata = ["code": "\(Inbox.identityReused)", "webhook": "\(id)"]
                            logger.info("webhook quarantined", metadata: metadata)
                        }
                    )
                    if let refusal = inbox.nextRefusal {
                        logger.error(
                            "events cannot be stored",
                            metadata: ["reason": "\(refusal)", "home": "\(home.path)"]
                        )
                    }
                    let shared = SharedReceiver(service: inbox)
                    let receiver = WebhookReceiver(
                        secrets: configuration.secrets,
                        now: { store.time },
                        logger: logger,
                        observer: metrics.observer,
                        keep: { shared.keep($0, done: $1) }
                    )
                    let workers = RunWorkers(
                        store: store,
                        home: home,
                        settings: configuration.runs,
                        receiver: shared,
                        serviceRoutes: sharedRoutes ?? forwarder.routes,
                        metrics: metrics,
                        traces: traces,
                        logger: logger
                    )
                    let tokens = TokenDirectory(owner: configuration.token) { try await store.tokens() }
                    let service = RunningService(
                        home: home,
                        store: store,
                        inbox: inbox,
                        receiver: receiver,
                        forwarder: forwarder,
                        tokens: tokens,
                        workers: workers,
                        metrics: metrics,
                        logger: logger
                    )
                    let access = AccessRules(
                        tokens: tokens,
                        hosts: configuration.hosts,
                        publicHosts: configuration.publicHosts
                    )
                    let settings = ControlRoutes.Settings(
                        publicPath: configuration.publicPath,
                        isSecure: configuration.tls != nil || configuration.isBehindProxy,
                        trustedProxies: configuration.trustedProxies
                    )
                    let controls = ControlRoutes(access: access, service: service, settings: settings, tracer: tracer)
                    if receiver.takesUnsigned {
                        let advice = "set \(WebhookSecrets.variable), so that events must be signed"
                        logger.warning("webhooks are taken without a signature", metadata: ["advice": "\(advice)"])
                    }
                    let adoption = Adoption(
                        store: store,
                        home: home,
                        own: Set((forwarder.monitors + ownMonitors).map(\.rowID)),
                        variables: configuration.variables,
                        environment: environment,
                        awake: awake
                    )
                    var background: [@Sendable () async throws -> Void] = [
                        { for await reason in failures { throw StorageError(reason: reason, home: home.path) } },
                        { await adoption.run() }, { await service.watchStore() }, { await service.changes.run() },
                    ]
                    if let age = configuration.keep {
                        let retention = Retention(store: store, home: home, age: age, logger: logger)
                        background.append { await retention.run() }
                    }
                    try await withMetrics(controls, at: configuration.metricsListener, like: server) { [background] in
                        try await receiver.listen(
                            server,
                            below: configuration.publicPath.text,
                            beside: { await controls.respond(to: $0) }
                        ) { port in
                            let origin = server.origin(port: port)
                            // Events are received until the runs have ended.
                            try await work(service, beside: background, until: { try await body(origin) }) {
                                await workers.run(
                                    webhookURL: configuration.runs.webhookURL
                                        ?? origin + configuration.publicPath(Endpoint.webhook),
                                    drain: configuration.drain,
                                    polled: { service.workersPolled() }
                                )
                            }
                            service.changes.close()
                        }
                    }
                    let timeline = Timeline()
                    let isDone = try await forwarder.settle(
                        forwarder.monitors,
                        until: timeline.after(configuration.drain),
                        on: timeline
                    )
                    logger.info("drain ended", metadata: ["pending": .stringConvertible(!isDone)])
                }
            }
        }
    }

    /// Does the service's runs until `body` returns or something in the background fails, and then drains them.
    ///
    /// - Parameters:
    ///   - background: what goes on meanwhile; it ends by being cancelled, or by an error that ends the service.
    ///   - runs: returns once it was told to drain, and the runs have ended or were left.
    private static func work(
        _ service: RunningService,
        beside background: [@Sendable () async throws -> Void],
        until body: @escaping @Sendable () async throws -> Void,
        runs: @escaping @Sendable () async -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for work in background {
                group.addTask {
                    try await work()
                    try Task.checkCancellation()
                }
            }
            group.addTask { try await body() }
            async let work: Void = runs()
            defer { group.cancelAll() }
            let result = await group.nextResult()
            service.drain()
            await work
            try result?.get()
        }
    }

    /// Serves the page of metrics on an address of its own, if there is one, while `body` runs.
    private static func withMetrics(
        _ controls: ControlRoutes,
        at listener: (host: BoundHost, port: Int)?,
        like server: HTTPServer.Configuration,
        body: @Sendable () async throws -> Void
    ) async throws {
        guard let listener else { return try await body() }
        var own = server
        (own.host, own.port, own.tls) = (listener.host, listener.port, nil)
        own.limits.connections = 100
        let configuration = own
        let isBound = Mutex(false)
        do {
            try await HTTPServer.with(configuration, respond: { await controls.respondWithMetrics(to: $0) }) { port in
                isBound.withLock { $0 = true }
                let address = "\(configuration.origin(port: port))/metrics"
                controls.service.logger.info("metrics are served", metadata: ["address": "\(address)"])
                try await body()
            }
        } catch let error as HTTPServer.BindError where !isBound.withLock({ $0 }) {
            throw MetricsListenerError(reason: error.reason)
        }
    }

    /// The address for metrics could not be bound.
    package struct MetricsListenerError: Error {
        package var reason: String
    }
}
