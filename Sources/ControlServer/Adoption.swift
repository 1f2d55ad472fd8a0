import HTTPExchange
import Logging
import Monitors
import RingbackHome
import RunStore
import ScenarioFile
import Synchronization

/// Forwards what runs have left behind: deliveries that are pending while no process forwards to their monitor.
struct Adoption: Sendable {
    let store: RunStore
    let home: Home
    /// The monitors of this service.
    ///
    /// It forwards to them anyway, unless several services share the store: then one of them adopts each.
    let own: Set<Int64>
    let variables: @Sendable (String) -> String?
    let environment: ForwardingEnvironment
    /// The forwarders at work, for those that have something new for them.
    var awake = AdoptedForwarders()

    /// The time between two looks at what is left.
    private static let interval = Duration.seconds(1)

    /// Adopts until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Int64?.self) { group in
            var state = AdoptionState()
            let timeline = environment.timeline
            while !Task.isCancelled {
                for row in await orphans() {
                    let hasEnded = await hasEnded(row)
                    guard state.isDue(row.rowID, hasEnded: hasEnded, at: timeline.now), let monitor = prepared(row)
                    else { continue }
                    state.adopted(row.rowID)
                    group.addTask {
                        await forward(monitor)
                        return row.rowID
                    }
                }
                group.addTask {
                    try? await Task.sleep(for: Self.interval)
                    return nil
                }
                // The next look comes after the pause, whatever has ended meanwhile.
                while let ended = await group.next() {
                    guard let ended else { break }
                    state.ended(ended)
                }
            }
            group.cancelAll()
        }
    }

    /// Monitors with something pending to which no living process forwards.
    private func orphans() async -> [StoredMonitor] {
        do {
            return try await store.monitorsWithPending().filter { row in
                if own.contains(row.rowID) { return store.isShared }
                // Another process must not print what a run would have printed.
                if let definition = try? MonitorDefinition(row), definition.monitor.kind.usesStandardOutput {
                    return false
                }
                return true
            }
            .filtered { row in
                guard let holder = row.forwarder, holder != ServiceLock.id else { return true }
                return try await !store.isAlive(holder)
            }
        } catch {
            warn("the deliveries that runs have left cannot be read", error)
            return []
        }
    }

    private func hasEnded(_ row: StoredMonitor) async -> Bool {
        guard row.owner != InboxOwner.service, let run = try? await store.run(rowID: row.owner) else { return true }
        return run.finishedAt != nil
    }

    private func prepared(_ row: StoredMonitor) -> ForwardedMonitor? {
        do {
            return try ForwardedMonitor(row, environment: variables)
        } catch {
            warn("the deliveries that a run has left cannot be forwarded", error, monitor: row.name)
            return nil
        }
    }

    /// Forwards until nothing is left.
    private func forward(_ monitor: ForwardedMonitor) async {
        do {
            guard store.isShared else { return try await forward(monitor, store, as: ServiceLock.id) { _ in } }
            // The queue of a monitor is one machine's at a time.
            let id = "monitor \(monitor.rowID)"
            guard let lease = try await store.takeLease(id).lease else { return }
            let isLost = Mutex<(@Sendable () -> Void)?>(nil)
            let leased = store.under(
                lease,
                onLost: { isLost.withLock { $0 }?() },
                onLapsed: { isLost.withLock { $0 }?() }
            )
            let result = await Result {
                try await forward(monitor, leased, as: id) { stop in isLost.withLock { $0 = stop } }
            }
            try? await store.release(lease)
            try result.get()
        } catch is CancellationError {
            // What is left stays pending.
        } catch is Forwarder.BusyError {
            // Another process was faster.
        } catch is LeaseLostError {
            environment.logger.warning(
                "lease lost: another service forwards",
                metadata: ["monitor": "\(monitor.name)"]
            )
        } catch {
            warn("the deliveries that a run has left cannot be forwarded", error, monitor: monitor.name)
        }
    }

    private func forward(
        _ monitor: ForwardedMonitor,
        _ store: RunStore,
        as lockID: String,
        stoppable: (_ stop: @escaping @Sendable () -> Void) -> Void
    ) async throws {
        let timeline = environment.timeline
        try await Forwarder.with(
            [monitor],
            store: store,
            home: home,
            lockID: lockID,
            environment: environment
        ) { forwarder in
            stoppable { forwarder.stop() }
            awake.add(forwarder, monitor.rowID)
            defer { awake.remove(monitor.rowID) }
            while !Task.isCancelled, !forwarder.isStopped, forwarder.storageError == nil {
                let limit = timeline.after(.seconds(1))
                if try await forwarder.settle([monitor], until: limit, on: timeline) { return }
                // Other machines store deliveries too, and wake nobody here.
                forwarder.wake()
            }
        }
    }

    private func warn(_ message: Logger.Message, _ error: any Error, monitor: String? = nil) {
        var metadata: Logger.Metadata = ["reason": "\(error)"]
        metadata["monitor"] = monitor.map { .string($0) }
        environment.logger.warning(message, metadata: metadata)
    }
}

/// The forwarders to monitors that a service has adopted.
final class AdoptedForwarders: Sendable {
    private let forwarders = Mutex<[Int64: Forwarder]>([:])

    func add(_ forwarder: Forwarder, _ monitor: Int64) { forwarders.withLock { $0[monitor] = forwarder } }

    func remove(_ monitor: Int64) { forwarders.withLock { $0[monitor] = nil } }

    /// Lets all look into the store again, which may have new deliveries.
    func wake() { for forwarder in forwarders.withLock({ Array($0.values) }) { forwarder.wake() } }
}

extension Array {
    /// The elements that a look at something else confirms.
    fileprivate func filtered(_ isIncluded: (Element) async throws -> Bool) async rethrows -> [Element] {
        var kept: [Element] = []
        for element in self where try await isIncluded(element) { kept.append(element) }
        return kept
    }
}

/// Which monitors without a process are adopted, and when.
///
/// Those of a run that has ended are adopted at once. A run whose process has died may be resumed for a minute.
struct AdoptionState {
    /// How long a dead run may be resumed before its deliveries are adopted.
    static let grace = Duration.seconds(60)

    private var firstSeen: [Int64: Timeline.Instant] = [:]
    private var active: Set<Int64> = []
    private var tried: Set<Int64> = []

    /// Whether to adopt a monitor that was found without a process.
    ///
    /// A monitor that was due and was not ``adopted(_:)`` cannot be adopted, and is never due again.
    mutating func isDue(_ monitor: Int64, hasEnded: Bool, at now: Timeline.Instant) -> Bool {
        guard !active.contains(monitor), !tried.contains(monitor) else { return false }
        let first = firstSeen[monitor, default: now]
        firstSeen[monitor] = first
        guard hasEnded || first.duration(to: now) >= Self.grace else { return false }
        tried.insert(monitor)
        return true
    }

    /// The service forwards to a monitor.
    mutating func adopted(_ monitor: Int64) {
        active.insert(monitor)
        tried.remove(monitor)
    }

    /// The service has forwarded all that was pending for a monitor.
    mutating func ended(_ monitor: Int64) { active.remove(monitor) }
}
