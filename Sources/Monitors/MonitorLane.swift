import CoreMetrics
import ExactJSON
import Glibc
import HTTPExchange
import Logging
import RingbackHome
package import RunStore
import Synchronization

/// Everything that delivers to one monitor: its queue, its attempts, its connections.
///
/// The queue decides under a lock, and the lane acts. A monitor that fails affects no other one.
final class MonitorLane: Sendable {
    private struct State {
        var queue: DeliveryQueue
        var isStopped = false
        var isDisabled = false
        var storageError: String?
    }

    /// The longest sleep between two looks at the queue.
    private static let longestSleep = Duration.seconds(1)
    private static let pageSize = 256

    let monitor: Int64
    private let batch: Int64
    private let courier: Courier
    private let store: RunStore
    private let recorder: DeliveryRecorder
    private let environment: ForwardingEnvironment
    private let attempts: AttemptCounters
    private let signal = WakeSignal()
    private let state: Mutex<State>

    init(
        _ monitor: Int64,
        name: String,
        _ batch: Int64,
        _ rules: DeliveryQueue.Rules,
        _ courier: Courier,
        _ store: RunStore,
        _ recorder: DeliveryRecorder,
        _ environment: ForwardingEnvironment
    ) {
        (self.monitor, self.batch, self.courier, self.environment) = (monitor, batch, courier, environment)
        (self.store, self.recorder) = (store, recorder)
        attempts = AttemptCounters(monitor: name)
        state = Mutex(State(queue: DeliveryQueue(rules, monitor: monitor, batch: batch)))
    }

    /// Whether the lane has ended: stopped, a replay whose monitor keeps failing, or a store that cannot be used.
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// The error of the store that ended the lane; `nil` if the store works.
    var storageError: String? { state.withLock { $0.storageError } }

    /// Looks into the store again, which may have new deliveries.
    func wake() {
        state.withLock { $0.queue.wake() }
        signal.signal()
    }

    /// Ends ``run()`` after the attempts in flight.
    func stop() {
        state.withLock { $0.isStopped = true }
        signal.signal()
    }

    /// Forwards until ``stop()``.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !isStopped, !Task.isCancelled {
                switch next() {
                case .send(let batch): group.addTask { await self.work(batch) }
                case .load: await load()
                case .wait(let until): await sleep(until: until)
                case .disable: await disable()
                case .stop: stop()
                }
            }
        }
        await courier.shutDown()
    }

    private func next(reads: Bool = true) -> DeliveryQueue.DeliveryStep {
        state.withLock { $0.queue.next(at: environment.now(), reads: reads) }
    }

    /// Sends a batch, and then the next ones as long as the queue has some.
    private func work(_ first: [DueDelivery]) async {
        var batch = first
        while true {
            DeliveryPoint.beforeSend.reach()
            let results = await courier.carry(batch)
            DeliveryPoint.afterAnswer.reach()
            for (delivery, result) in zip(batch, results) { finish(delivery, result) }
            guard !isStopped, !Task.isCancelled, case .send(let more) = next(reads: false) else { break }
            batch = more
        }
        signal.signal()
    }

    private func finish(_ delivery: DueDelivery, _ result: DeliveryResult) {
        attempts.count(result)
        let change = state.withLock { state in
            state.queue.finished(delivery.rowID, result, at: environment.now(), chance: environment.chance())
        }
        guard let change else { return }
        log(change)
        recorder.record(change) { [self] in
            state.withLock { $0.queue.recorded(change.rowID) }
            signal.signal()
        }
    }

    private func log(_ change: DeliveryChange) {
        guard change.state == .pending || change.state == .dead else { return }
        let metadata: Logger.Metadata = [
            "delivery": .stringConvertible(Int(change.rowID)), "attempts": .stringConvertible(change.attempts),
            "reason": .string(change.error ?? ""),
        ]
        if change.state == .dead {
            environment.logger.error("delivery dead", metadata: metadata)
        } else {
            environment.logger.warning("delivery failed", metadata: metadata)
        }
    }

    private func load() async {
        let taken = state.withLock { $0.queue.taken }
        do {
            let (page, next, newest) = try await store.due(
                monitor: monitor,
                batch: batch,
                now: environment.now(),
                limit: Self.pageSize,
                excluding: taken
            )
            state.withLock { state in
                // Deliveries that were taken during the read must not be taken twice.
                let known = state.queue.taken
                state.queue.loaded(page.filter { !known.contains($0.rowID) }, nextDueAt: next, newest: newest)
            }
        } catch {
            guard store.isPassing(error) else { return fail(error) }
            state.withLock { $0.queue.loadFailed() }
            await sleep(until: nil)
        }
    }

    private func fail(_ error: any Error) {
        state.withLock { ($0.storageError, $0.isStopped) = ("\(error)", true) }
        signal.signal()
    }

    private func disable() async {
        let isFirst = state.withLock { state in
            defer { state.isDisabled = true }
            return !state.isDisabled
        }
        if isFirst {
            environment.logger.warning("monitor disabled", metadata: ["reason": "\(DeliveryQueue.goneReason)"])
        }
        await recorder.flush()
        do {
            while try await store.disable(monitor: monitor, because: DeliveryQueue.goneReason) {}
        } catch {
            // A failure that passes: the pause below, and then once more.
            guard store.isPassing(error) else { return fail(error) }
        }
        // New events are not enqueued any more; look again for those that were enqueued meanwhile.
        await sleep(until: nil)
    }

    private func sleep(until moment: Int64?) async {
        let now = environment.now().milliseconds
        let wanted = moment.map { Duration.milliseconds(max(0, $0 - now)) } ?? Self.longestSleep
        let timeline = environment.timeline
        let instant = timeline.after(min(wanted, Self.longestSleep))
        try? await timeline.sleep(until: instant, earliest: timeline.now, wakenBy: signal)
    }
}

/// Stores the changes of deliveries, many in one commit.
///
/// All monitors of a process share it, since they share the disk. No attempt waits for it.
package final class DeliveryRecorder: Sendable {
    /// A change, and what follows once it is on disk.
    private struct RecordedChange {
        var change: DeliveryChange
        var done: @Sendable () -> Void
    }

    private struct State {
        var failure: String?
        var isEnding = false
    }

    private let store: RunStore
    private let state = Mutex(State())
    private let writer = BatchWriter<DeliveryRecorder, RecordedChange>(label: "ringback.deliveries") { $0.write($1) }

    package init(_ store: RunStore) { self.store = store }

    /// Why nothing more can be stored; `nil` while it can.
    package var failure: String? { state.withLock { $0.failure } }

    /// Stores a change soon.
    ///
    /// - Parameter done: called on another thread when the change is on disk; never if it cannot be stored.
    func record(_ change: DeliveryChange, done: @escaping @Sendable () -> Void) {
        writer.add(RecordedChange(change: change, done: done), for: self)
    }

    /// Returns once everything that was recorded so far is on disk, or cannot be stored.
    func flush() async { await writer.flush() }

    /// From now on, a change that cannot be stored is not tried again.
    func stopWaiting() { state.withLock { $0.isEnding = true } }

    private func write(_ batch: [RecordedChange]) {
        guard failure == nil else { return }
        while true {
            do {
                try store.recordBlocking(batch.map(\.change), at: store.time)
                break
            } catch {
                // A change that is not stored is sent once more, by the process that forwards next: at least once.
                guard store.isPassing(error), !state.withLock({ $0.isEnding }) else {
                    return state.withLock { $0.failure = "\(error)" }
                }
            }
            usleep(500_000)
        }
        for recorded in batch { recorded.done() }
    }
}
