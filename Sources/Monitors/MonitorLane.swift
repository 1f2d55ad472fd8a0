import ExactJSON
import HTTPExchange
import RunStore
import Synchronization

/// One monitor's own way out: its queue, its attempts, its connections.
///
/// The queue decides under a lock; the lane does what it says. What is wrong with one is nobody else's business.
final class MonitorLane: Sendable {
    private struct State {
        var queue: DeliveryQueue
        var isStopped = false
        var storageError: String?
    }

    /// The longest that a lane sleeps without looking whether there is something.
    private static let longestSleep = Duration.seconds(1)
    private static let pageSize = 256

    /// The row number of the monitor.
    let monitor: Int64
    private let batch: Int64
    private let courier: Courier
    private let store: RunStore
    private let recorder: DeliveryRecorder
    private let environment: ForwardingEnvironment
    private let signal = WakeSignal()
    private let state: Mutex<State>

    init(
        monitor: Int64,
        batch: Int64,
        rules: DeliveryQueue.Rules,
        courier: Courier,
        store: RunStore,
        recorder: DeliveryRecorder,
        environment: ForwardingEnvironment
    ) {
        self.monitor = monitor
        self.batch = batch
        self.courier = courier
        self.store = store
        self.recorder = recorder
        self.environment = environment
        state = Mutex(State(queue: DeliveryQueue(rules)))
    }

    /// Whether the lane has ended by itself: a replay whose monitor keeps failing, or a store that cannot be used.
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// What keeps the lane from its queue; `nil` where nothing does.
    var storageError: String? { state.withLock { $0.storageError } }

    /// There may be something new in the store.
    func wake() {
        state.withLock { $0.queue.wake() }
        signal.signal()
    }

    /// Ends ``run()``: attempts under way are given up.
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
            group.cancelAll()
        }
        await courier.shutDown()
    }

    private func next(reads: Bool = true) -> DeliveryQueue.Step {
        state.withLock { $0.queue.next(at: environment.now(), reads: reads) }
    }

    /// Sends, and goes on with what is next as long as there is something.
    private func work(_ first: [DueDelivery]) async {
        var batch = first
        while true {
            DeliveryPoint.beforeSend.reach()
            let outcomes = await courier.carry(batch)
            DeliveryPoint.afterAnswer.reach()
            for (delivery, outcome) in zip(batch, outcomes) { finish(delivery, outcome) }
            guard !isStopped, !Task.isCancelled, case .send(let more) = next(reads: false) else { break }
            batch = more
        }
        signal.signal()
    }

    private func finish(_ delivery: DueDelivery, _ outcome: AttemptOutcome) {
        let ending = state.withLock { state in
            state.queue.finished(delivery.rowID, outcome, at: environment.now(), chance: environment.chance())
        }
        guard let ending else { return }
        let change = DeliveryChange(
            rowID: delivery.rowID,
            monitor: monitor,
            batch: batch,
            callKey: delivery.callKey,
            state: ending.state,
            attempts: ending.attempts,
            status: ending.status,
            error: ending.error,
            dueAt: ending.dueAt
        )
        recorder.record(change) { [self] in
            state.withLock { $0.queue.recorded([delivery.rowID]) }
            signal.signal()
        }
    }

    private func load() async {
        let taken = state.withLock { $0.queue.taken }
        do {
            let (page, next) = try await store.due(
                monitor: monitor,
                batch: batch,
                now: environment.now(),
                limit: Self.pageSize,
                excluding: taken
            )
            state.withLock { state in
                // What was taken while the page was read must not come twice.
                let known = state.queue.taken
                state.queue.loaded(page.filter { !known.contains($0.rowID) }, nextDueAt: next)
            }
        } catch {
            state.withLock { $0.storageError = "\(error)" }
            stop()
        }
    }

    private func disable() async {
        await recorder.flush()
        do {
            while try await store.disable(monitor: monitor, because: DeliveryQueue.goneReason) {}
        } catch {
            state.withLock { $0.storageError = "\(error)" }
            return stop()
        }
        // Events that come from now on are not enqueued; look again for those that were on their way.
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
