package import RingbackHome
package import RunStore
import ScenarioFile
package import SimulationClient
package import Webhooks

/// A monitor that somebody forwards to.
package struct ForwardedMonitor: Sendable {
    /// The row number.
    package var number: Int64
    /// What it is.
    package var definition: MonitorDefinition
    /// The key that deliveries are signed with; `nil` for none.
    package var secret: WebhookSecret?

    /// Creates a monitor.
    package init(number: Int64, definition: MonitorDefinition, secret: WebhookSecret?) {
        self.number = number
        self.definition = definition
        self.secret = secret
    }
}

/// Forwards stored events to monitors, each in a lane of its own, as long as a scope lasts.
///
/// Whoever forwards holds the claim on a monitor's queue, which is his lock in the home; the claim of a dead one can be
/// taken. What is left when the scope ends stays pending for whoever comes next.
package final class Forwarder: Sendable {
    /// Somebody else forwards to a monitor already.
    package struct BusyError: Error, Hashable, Sendable, CustomStringConvertible {
        /// The monitor.
        package var monitor: String
        /// The lock of the one who does.
        package var holder: String

        /// What to do.
        package var description: String {
            "the process of \(holder) forwards to the monitor \(monitor) at the moment; wait for its end"
        }
    }

    private let store: RunStore
    private let batch: Int64
    private let lanes: [MonitorLane]
    private let recorder: DeliveryRecorder
    private let environment: ForwardingEnvironment

    /// Forwards while `body` runs.
    ///
    /// - Parameters:
    ///   - monitors: to whom.
    ///   - forwarder: the id of a lock of the home that the caller holds for life.
    ///   - batch: 0 for the usual queue, or a batch that is replayed.
    ///   - schedule: when failed deliveries are tried again; `nil` for each monitor's own.
    ///   - stopsWhenFailing: whether a monitor that keeps failing ends its lane, instead of pausing it.
    /// - Throws: ``BusyError``, the store's error, or what `body` throws.
    package static func with<Result>(
        _ monitors: [ForwardedMonitor],
        store: RunStore,
        home: Home,
        forwarder: String,
        batch: Int64 = 0,
        schedule: DeliverySchedule? = nil,
        stopsWhenFailing: Bool = false,
        environment: ForwardingEnvironment = .system,
        body: (Forwarder) async throws -> Result
    ) async throws -> Result {
        let claimed = try await store.claim(monitors.map(\.number), for: forwarder) { RunLock.isHeld(home, runID: $0) }
        if let (number, holder) = claimed {
            let name = monitors.first { $0.number == number }?.definition.monitor.name ?? "\(number)"
            throw BusyError(monitor: name, holder: holder)
        }
        let recorder = DeliveryRecorder(store)
        let lanes = monitors.map { monitor in
            var rules = DeliveryQueue.Rules(
                schedule: schedule ?? DeliverySchedule(monitor.definition.monitor.schedule ?? .fast)
            )
            rules.stopsWhenFailing = stopsWhenFailing
            let courier = courier(to: monitor, &rules, environment)
            return MonitorLane(
                monitor: monitor.number,
                batch: batch,
                rules: rules,
                courier: courier,
                store: store,
                recorder: recorder,
                environment: environment
            )
        }
        let forwarder = (
            id: forwarder,
            value: Forwarder(store: store, batch: batch, lanes: lanes, recorder: recorder, environment: environment)
        )
        let result = await withTaskGroup(of: Void.self) { group in
            for lane in lanes { group.addTask { await lane.run() } }
            let result: Swift.Result<Result, any Error>
            do {
                result = .success(try await body(forwarder.value))
            } catch {
                result = .failure(error)
            }
            for lane in lanes { lane.stop() }
            group.cancelAll()
            await group.waitForAll()
            return result
        }
        await recorder.flush()
        for monitor in monitors { try await store.release(monitor: monitor.number, from: forwarder.id) }
        return try result.get()
    }

    private init(
        store: RunStore,
        batch: Int64,
        lanes: [MonitorLane],
        recorder: DeliveryRecorder,
        environment: ForwardingEnvironment
    ) {
        self.store = store
        self.batch = batch
        self.lanes = lanes
        self.recorder = recorder
        self.environment = environment
    }

    private static func courier(
        to monitor: ForwardedMonitor,
        _ rules: inout DeliveryQueue.Rules,
        _ environment: ForwardingEnvironment
    ) -> Courier {
        let definition = monitor.definition.monitor
        switch definition.destination {
        case .http(let url), .slack(let url):
            let transport = VettedTransport(
                to: url,
                allow: definition.allow,
                resolver: environment.resolver,
                connections: rules.concurrency
            )
            return .http(transport, secret: monitor.secret, now: environment.now)
        case .file(let path):
            (rules.concurrency, rules.batchSize) = (1, 256)
            return .lines(LineFile(path: path))
        case .stdout:
            (rules.concurrency, rules.batchSize) = (1, 256)
            return .lines(LineFile(path: nil))
        }
    }

    /// There may be something new in the store.
    package func wake() { for lane in lanes { lane.wake() } }

    /// Whether every lane has ended by itself.
    package var isStopped: Bool { lanes.allSatisfy(\.isStopped) }

    /// Why something cannot be forwarded or recorded; `nil` where it can.
    package var storageError: String? { recorder.failure ?? lanes.lazy.compactMap(\.storageError).first }

    /// Waits until nothing is pending of some monitors, their lanes have ended, or it is late.
    ///
    /// - Returns: whether nothing is pending.
    package func settle(_ monitors: [Int64], until deadline: Timeline.Instant, on timeline: Timeline) async throws
        -> Bool
    {
        let lanes = lanes.filter { monitors.contains($0.monitor) }
        while true {
            var isDone = true
            for lane in lanes {
                guard try await store.hasPending(monitor: lane.monitor, batch: batch) else { continue }
                isDone = false
            }
            let now = timeline.now
            let areStopped = !lanes.isEmpty && lanes.allSatisfy(\.isStopped)
            if isDone || areStopped || recorder.failure != nil || now >= deadline { return isDone }
            try await timeline.sleep(until: min(deadline, now.advanced(by: .milliseconds(20))))
        }
    }
}
