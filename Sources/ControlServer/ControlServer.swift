import ExactJSON
import HTTPExchange
import HTTPService
import Monitors
package import RingbackHome
package import RunStore
import SimulationClient
import Webhooks

/// The long-running service of a home: receives events around the clock, forwards them, and answers the control API.
package enum ControlServer {
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
    /// - Throws: `HTTPServer.BindError` where the address cannot be bound, ``StorageError`` where events cannot be kept any
    ///   more, `Forwarder.BusyError` where somebody else forwards to a monitor of the service, or the store's error.
    package static func with(
        _ configuration: ServiceConfiguration,
        home: Home,
        store: RunStore,
        body: @escaping @Sendable (_ origin: String) async throws -> Void
    ) async throws {
        try await Forwarder.with(
            configuration.monitors,
            owner: InboxOwner.service,
            store: store,
            home: home,
            lockID: ServiceLock.id
        ) { forwarder in
            let (failures, failure) = AsyncStream<String>.makeStream()
            let inbox = try await Inbox.opened(store, owner: InboxOwner.service, routes: forwarder.routes) {
                failure.yield($0)
            }
            let service = RunningService(store: store, inbox: inbox, forwarder: forwarder, warn: configuration.warn)
            let receiver = WebhookReceiver(secrets: configuration.secrets, now: { WallClock.now }) { received, done in
                inbox.keep(received, answer: done)
            }
            let adoption = Adoption(
                store: store,
                home: home,
                own: Set(forwarder.monitors.map(\.rowID)),
                variables: configuration.variables,
                warn: configuration.warn
            )
            let server = HTTPServer.Configuration(
                host: configuration.host,
                port: configuration.port,
                tls: configuration.tls,
                logger: configuration.logger
            )
            let controls = ControlRoutes(access: configuration.access, service: service)
            let (origin, scheme) = (configuration.host, configuration.tls == nil ? "http" : "https")
            try await receiver.listen(server, beside: { await controls.respond(to: $0) }) {
                port in
                let host = origin.contains(":") ? "[\(origin)]" : origin
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for await reason in failures {
                            throw StorageError(
                                description: "events could not be stored any more: \(reason); look at the disk of "
                                    + "\(home.path), then start the service again"
                            )
                        }
                    }
                    group.addTask {
                        await adoption.run()
                        try Task.checkCancellation()
                    }
                    group.addTask { try await body("\(scheme)://\(host):\(port)") }
                    defer { group.cancelAll() }
                    // Adoption never ends by itself, and the failures only by being cancelled.
                    try await group.next()
                }
                service.drain()
            }
            let timeline = Timeline()
            _ = try await forwarder.settle(
                forwarder.monitors,
                until: timeline.after(configuration.drain),
                on: timeline
            )
        }
    }
}
