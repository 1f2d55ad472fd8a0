package import ExactJSON
package import HTTPExchange
package import Logging
package import RingbackHome
package import RunStore
import ScenarioFile
package import Tracing
import Webhooks

/// Forwards stored events to monitors, each in a lane of its own, as long as a scope lasts.
///
/// A process owns a monitor's queue by a lock of the home. If it dies, another may take over. What is left when the scope
/// ends stays pending.
package final class Forwarder: Sendable {
    /// Another process forwards to a monitor already.
    package struct BusyError: Error, Hashable, Sendable, CustomStringConvertible {
        package var monitor: String
        package var holder: String

        package var description: String {
            "the process of \(holder) forwards to the monitor \(monitor) at the moment; wait for its end"
        }
    }

    /// The monitors to which it forwards, in the order given.
    package let monitors: [ForwardedMonitor]
    private let store: RunStore
    private let batch: Int64
    private let lanes: [MonitorLane]
    private let recorder: DeliveryRecorder

    /// Stores the monitors of an owner, and forwards its events while `body` runs.
    ///
    /// - Parameters:
    ///   - owner: the row of a run, or ``InboxOwner/service``.
    ///   - lockID: the id of a lock of the home that the process holds for life.
    ///   - grace: how long deliveries that are under way may take after `body`.
    /// - Throws: ``BusyError``, the store's error, or what `body` throws.
    package static func with<Result>(
        _ monitors: [PreparedMonitor],
        owner: Int64,
        store: RunStore,
        home: Home,
        lockID: String,
        grace: Duration = Courier.timeout,
        environment: ForwardingEnvironment = .system,
        body: (Forwarder) async throws -> Result
    ) async throws -> Result {
        let forwarded = try await store.register(monitors, owner: owner)
        return try await with(
            forwarded,
            store: store,
            home: home,
            lockID: lockID,
            grace: grace,
            environment: environment,
            body: body
        )
    }

    /// Stores the monitors of an owner, to which others forward.
    package static func registered(
        _ monitors: [PreparedMonitor],
        owner: Int64,
        in store: RunStore
    ) async throws -> [ForwardedMonitor] {
        try await store.register(monitors, owner: owner)
    }

    /// Forwards to stored monitors while `body` runs.
    ///
    /// - Parameters:
    ///   - lockID: the id of a lock of the home that the process holds for life.
    ///   - batch: 0 for the usual queue, or a batch that is replayed.
    ///   - schedule: when failed deliveries are tried again; `nil` for each monitor's own.
    ///   - stopsWhenFailing: whether a monitor that keeps failing ends its lane, instead of pausing it.
    ///   - grace: how long deliveries that are under way may take after `body`.
    /// - Throws: ``BusyError``, the store's error, or what `body` throws.
    package static func with<Result>(
        _ monitors: [ForwardedMonitor],
        store: RunStore,
        home: Home,
        lockID: String,
        batch: Int64 = 0,
        schedule: DeliverySchedule? = nil,
        stopsWhenFailing: Bool = false,
        grace: Duration = Courier.timeout,
        environment: ForwardingEnvironment = .system,
        body: (Forwarder) async throws -> Result
    ) async throws -> Result {
        let claimed = try await store.claim(monitors.map(\.rowID), for: lockID)
        if let (rowID, holder) = claimed {
            throw BusyError(monitor: monitors.first { $0.rowID == rowID }?.name ?? "\(rowID)", holder: holder)
        }
        let environment = environment.onClock(of: store)
        let forwarder = Forwarder(
            monitors,
            store: store,
            batch: batch,
            schedule: schedule,
            stopsWhenFailing: stopsWhenFailing,
            environment: environment
        )
        let result = await withTaskGroup(of: Bool.self) { group in
            for lane in forwarder.lanes {
                group.addTask {
                    await lane.run()
                    return true
                }
            }
            let result = await Swift.Result { try await body(forwarder) }
            for lane in forwarder.lanes { lane.stop() }
            // What is under way ends first: a delivery that is cut off is sent again.
            group.addTask {
                try? await environment.timeline.sleep(until: environment.timeline.after(grace))
                return false
            }
            var lanes = forwarder.lanes.count
            while lanes > 0, await group.next() == true { lanes -= 1 }
            group.cancelAll()
            forwarder.recorder.stopWaiting()
            await group.waitForAll()
            return result
        }
        await forwarder.recorder.flush()
        let release = await Swift.Result {
            for monitor in monitors { try await store.release(monitor: monitor.rowID, from: lockID) }
        }
        // Why the body failed says more than that its monitors could not be released either.
        let value = try result.get()
        try release.get()
        return value
    }

    /// A lane for each monitor.
    private init(
        _ monitors: [ForwardedMonitor],
        store: RunStore,
        batch: Int64,
        schedule: DeliverySchedule?,
        stopsWhenFailing: Bool,
        environment: ForwardingEnvironment
    ) {
        (self.monitors, self.store, self.batch) = (monitors, store, batch)
        let recorder = DeliveryRecorder(store)
        self.recorder = recorder
        lanes = monitors.map { monitor in
            let definition = monitor.monitor
            var rules = DeliveryQueue.Rules(schedule: schedule ?? DeliverySchedule(definition.schedule ?? .fast))
            rules.stopsWhenFailing = stopsWhenFailing
            let courier: Courier
            switch definition.destination {
            case .http(let url), .slack(let url):
                let transport = VettedTransport(
                    to: url,
                    allow: definition.allow,
                    resolver: environment.resolver,
                    timeline: environment.timeline,
                    connections: rules.concurrency
                )
                courier = .http(
                    transport,
                    secret: monitor.prepared.secret,
                    now: environment.now,
                    spans: DeliverySpans(monitor: monitor.name, trace: environment.trace)
                )
            case .file, .stdout:
                (rules.concurrency, rules.batchSize) = (1, 256)
                courier = if case .file(let path) = definition.destination { .lines(to: path) } else { .lines(to: nil) }
            }
            var environment = environment
            environment.logger[metadataKey: "monitor"] = "\(monitor.name)"
            return MonitorLane(monitor.rowID, name: monitor.name, batch, rules, courier, store, recorder, environment)
        }
    }

    /// Which events the inbox enqueues for the monitors; `nil` if none of them receives events.
    package var routes: DeliveryRoutes? { Self.routes(to: monitors) { self.wake() } }

    /// - Parameter wake: called after every commit of the inbox, on any thread.
    package static func routes(
        to monitors: [ForwardedMonitor],
        wake: @escaping @Sendable () -> Void
    ) -> DeliveryRoutes? {
        let routes = monitors.compactMap { $0.prepared.definition.route(to: $0.rowID) }
        return routes.isEmpty ? nil : DeliveryRoutes(routes, notify: wake)
    }

    /// Looks into the store again, which may have new deliveries.
    package func wake() { for lane in lanes { lane.wake() } }

    /// Sends nothing more; another process has the queues.
    package func stop() { for lane in lanes { lane.stop() } }

    package var isStopped: Bool { lanes.allSatisfy(\.isStopped) }

    /// Why deliveries cannot be read or recorded any more; `nil` if they can.
    package var storageError: String? { recorder.failure ?? lanes.lazy.compactMap(\.storageError).first }

    /// Waits until nothing is pending for some monitors, their lanes have ended, or the deadline has passed.
    ///
    /// - Returns: whether nothing is pending.
    package func settle(
        _ monitors: [ForwardedMonitor],
        until deadline: Timeline.Instant,
        on timeline: Timeline
    ) async throws -> Bool {
        let lanes = lanes.filter { lane in monitors.contains { $0.rowID == lane.monitor } }
        while true {
            var isDone = true
            for lane in lanes where isDone {
                isDone = try await !store.hasPending(monitor: lane.monitor, batch: batch)
            }
            let now = timeline.now
            let areStopped = !lanes.isEmpty && lanes.allSatisfy(\.isStopped)
            if isDone || areStopped || recorder.failure != nil || now >= deadline { return isDone }
            try await timeline.sleep(until: min(deadline, now.advanced(by: .milliseconds(20))))
        }
    }
}

/// The sources of time, chance and addresses.
package struct ForwardingEnvironment: Sendable {
    /// The wall clock, on which due times are stored.
    package var now: @Sendable () -> Timestamp
    /// The clock of all sleeps.
    package var timeline: Timeline
    /// A number in 0..<1 for the jitter.
    package var chance: @Sendable () -> Double
    package var resolver: Resolver
    /// Where failed and dead deliveries and disabled monitors are logged; nowhere by default.
    package var logger = Logger(label: "ringback") { _ in SwiftLogNoOpLogHandler() }

    /// The trace that the events of a simulation belong to; `nil` for that of the task that forwards.
    package var trace: @Sendable (_ simulationID: String) -> ServiceContext? = { _ in nil }

    /// The same, with the clock of a store that other machines share: they read and write the same due times.
    func onClock(of store: RunStore) -> ForwardingEnvironment {
        guard store.isShared else { return self }
        var shared = self
        shared.now = { store.time }
        return shared
    }

    /// The system's clocks, random numbers and resolver.
    package static var system: ForwardingEnvironment {
        .init(now: { WallClock.now }, timeline: Timeline(), chance: { .random(in: 0..<1) }, resolver: .system)
    }
}
