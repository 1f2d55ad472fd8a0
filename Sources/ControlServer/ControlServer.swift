import ExactJSON
import HTTPExchange
import HTTPService
import Logging
package import Monitors
package import NIOSSL
package import RingbackHome
package import RunStore
package import Webhooks

/// The long-running service of a home: receives events around the clock, forwards them, and answers the control API.
package enum ControlServer {
    /// What a service is started with.
    package struct Configuration: Sendable {
        /// The host name or address to bind.
        package var host = "127.0.0.1"
        /// The port; 0 lets the system choose.
        package var port = 8088
        /// TLS; `nil` for plain HTTP.
        package var tls: TLSConfiguration?
        /// Who may use the control API.
        package var access: AccessRules
        /// The keys of senders; without one, unsigned events are accepted.
        package var secrets = WebhookSecrets()
        /// Monitors that get every accepted event.
        package var monitors: [PreparedMonitor] = []
        /// How long the service waits for monitors when it stops.
        package var drain = Duration.seconds(10)
        /// The variables of the environment, which hold the keys of adopted monitors.
        package var variables: @Sendable (String) -> String? = { _ in nil }
        /// The log of the service.
        package var log: ServiceLog

        package init(access: AccessRules, log: ServiceLog) {
            self.access = access
            self.log = log
        }
    }

    /// Why a service stopped by itself.
    package struct StorageError: Error, CustomStringConvertible {
        /// The reason, and what to do.
        package var description: String
    }

    /// Serves while `body` runs, and then stops: no more requests, then a last try for what is pending.
    ///
    /// - Parameters:
    ///   - configuration: where to listen, whom to believe, and where to forward.
    ///   - home: the home, whose service lock the caller holds.
    ///   - store: its store.
    ///   - body: gets the origin; returns when the service is to stop.
    /// - Throws: `HTTPServer.BindError` if the address cannot be bound, ``StorageError`` if events cannot be stored any
    ///   more, `Forwarder.BusyError` if another process forwards to a monitor of the service, or the store's error.
    package static func with(
        _ configuration: Configuration,
        home: Home,
        store: RunStore,
        body: @escaping @Sendable (_ origin: String) async throws -> Void
    ) async throws {
        let logger = configuration.logger()
        var environment = ForwardingEnvironment.system
        environment.logger = logger
        try await Forwarder.with(
            configuration.monitors,
            owner: InboxOwner.service,
            store: store,
            home: home,
            lockID: ServiceLock.id,
            environment: environment
        ) { [environment] forwarder in
            let (failures, failure) = AsyncStream<String>.makeStream()
            let inbox = try await Inbox.opened(store, owner: InboxOwner.service, routes: forwarder.routes) {
                failure.yield($0)
            }
            let service = RunningService(store: store, inbox: inbox, forwarder: forwarder, logger: logger)
            let controls = ControlRoutes(access: configuration.access, service: service)
            let receiver = WebhookReceiver(
                secrets: configuration.secrets,
                now: { WallClock.now },
                logger: logger,
                keep: { inbox.keep($0, answer: $1) }
            )
            let adoption = Adoption(
                store: store,
                home: home,
                own: Set(forwarder.monitors.map(\.rowID)),
                variables: configuration.variables,
                environment: environment
            )
            let server = configuration.server
            try await receiver.listen(server, beside: { await controls.respond(to: $0) }) { port in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for await reason in failures { throw StorageError(reason, home) }
                    }
                    group.addTask {
                        await adoption.run()
                        try Task.checkCancellation()
                    }
                    group.addTask { try await body(server.origin(port: port)) }
                    defer { group.cancelAll() }
                    // Adoption never ends by itself, and the failures only by being cancelled.
                    try await group.next()
                }
                service.drain()
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

extension ControlServer.Configuration {
    fileprivate func logger() -> Logger { Logger(label: "ringback") { _ in log } }

    /// The server's own entries, such as one for each start, are written from level warning on.
    fileprivate var server: HTTPServer.Configuration {
        var quiet = logger()
        quiet.logLevel = max(quiet.logLevel, .warning)
        return HTTPServer.Configuration(host: host, port: port, tls: tls, logger: quiet)
    }
}

extension ControlServer.StorageError {
    fileprivate init(_ reason: String, _ home: Home) {
        description =
            "events could not be stored any more: \(reason); look at the disk of \(home.path), then start the service again"
    }
}
