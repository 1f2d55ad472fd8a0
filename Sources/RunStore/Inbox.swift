import Dispatch
import RingbackHome
package import SimulationAPI
import Synchronization

/// The inbox of one run, or of the service: a delivery is answered once it is committed.
///
/// One commit at a time; what comes during a commit is the next batch. So the disk sets the pace and nobody lingers.
package final class Inbox: Sendable {
    /// What has been committed so far.
    package struct Counts: Sendable, Hashable {
        /// Deliveries that were kept or found to be kept, duplicates included.
        package var received = 0
        /// Rows, quarantine included.
        package var unique = 0
        /// Deliveries whose identity had come before.
        package var duplicates = 0
        /// Rows that are no event.
        package var quarantined = 0
        /// Events by simulation.
        package var events: [String: Int] = [:]
        /// Calls with a final event, by simulation.
        package var endedCalls: [String: Int] = [:]
    }

    /// Called once for a delivery, on the inbox's thread or that of the caller: it is on disk, or why it is not kept.
    package typealias Answer = @Sendable (Result<Void, InboxRefusal>) -> Void

    /// A delivery on its way to the disk: one reference, for a row has a dozen of its own to be counted.
    final class Waiting: Sendable {
        let event: ReceivedEvent
        let answer: Answer

        init(_ event: consuming ReceivedEvent, _ answer: @escaping Answer) {
            self.event = event
            self.answer = answer
        }
    }

    private struct State {
        var pending: [Waiting] = []
        /// What waits or is being written.
        var rows = 0
        var bytes = 0
        var isWriting = false
        var counts = Counts()
        var known: Set<String> = []
        var stopReason: String?
    }

    let store: RunStore
    /// The number of the run, or 0 for the service.
    package let owner: Int64
    private let limits: InboxLimits
    private let disk: DiskWatch
    let routes: DeliveryRoutes?
    private let onStop: @Sendable (String) -> Void
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "ringback.inbox")

    /// The inbox of an owner.
    ///
    /// - Parameters:
    ///   - store: where deliveries are kept.
    ///   - owner: the row number of the run, or ``InboxOwner/service``.
    ///   - limits: how much may wait for the disk.
    ///   - freeBytes: the free bytes of the disk; `nil` asks the system.
    ///   - routes: where accepted events are forwarded; `nil` for nowhere.
    ///   - onStop: told once when a write or a sync has failed and nothing is taken any more.
    package init(
        store: RunStore,
        owner: Int64,
        limits: InboxLimits = InboxLimits(),
        freeBytes: (@Sendable () -> Int?)? = nil,
        routes: DeliveryRoutes? = nil,
        onStop: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        let path = store.home.path
        self.store = store
        self.owner = owner
        self.limits = limits
        self.routes = routes
        self.onStop = onStop
        disk = DiskWatch(minimum: limits.freeDisk, freeBytes: freeBytes ?? { FileSystem.freeBytes(at: path) })
    }

    /// The inbox of an owner that may have received something before its process died; what a run has is counted.
    ///
    /// How often duplicates came before is not kept, so they count as if they had not come.
    package static func opened(
        _ store: RunStore,
        owner: Int64,
        limits: InboxLimits = InboxLimits(),
        routes: DeliveryRoutes? = nil,
        onStop: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> Inbox {
        let inbox = Inbox(store: store, owner: owner, limits: limits, routes: routes, onStop: onStop)
        let counts = try await store.counts(owner: owner)
        let known = try await store.simulationIDs(owner: owner)
        inbox.state.withLock { state in
            state.counts = counts
            state.known = known
        }
        return inbox
    }

    /// What has been committed so far.
    package var counts: Counts { state.withLock { $0.counts } }

    /// Calls with a final event, over all simulations.
    package var endedCalls: Int { state.withLock { $0.counts.endedCalls.values.reduce(0, +) } }

    /// Why nothing is taken any more; `nil` while all is well.
    package var stopReason: String? { state.withLock { $0.stopReason } }

    /// Tells of a simulation that the owner knows: the headers of its events need not be kept.
    package func know(_ simulationID: String) { state.withLock { _ = $0.known.insert(simulationID) } }

    /// Stores an event, or refuses it; a duplicate is not stored again.
    package func keep(_ event: consuming ReceivedEvent, answer: @escaping Answer) {
        InboxPoint.beforeQueue.reach()
        let isDiskShort = disk.isShort()
        let waiting = Waiting(event, answer)
        let size = waiting.event.body.count
        let (refusal, starts) = state.withLock { state -> (InboxRefusal?, Bool) in
            if let reason = state.stopReason { return (.stopped(reason), false) }
            if isDiskShort { return (.diskShort, false) }
            guard state.rows < limits.rows, state.bytes + size <= limits.bytes else { return (.full, false) }
            state.rows += 1
            state.bytes += size
            state.pending.append(waiting)
            defer { state.isWriting = true }
            return (nil, !state.isWriting)
        }
        if let refusal { return answer(.failure(refusal)) }
        if starts { queue.async { self.writePending() } }
        InboxPoint.afterQueue.reach()
    }

    /// Keeps a delivery; returns once it is on disk.
    ///
    /// - Throws: ``InboxRefusal`` where it is not kept.
    package func keep(_ event: ReceivedEvent) async throws {
        try await withCheckedThrowingContinuation { continuation in
            keep(event) { continuation.resume(with: $0.mapError { $0 as any Error }) }
        }
    }

    /// Commits batch after batch until nothing waits.
    private func writePending() {
        while true {
            let (batch, counts, known) = state.withLock { state in
                let batch = state.pending
                state.pending = []
                if batch.isEmpty { state.isWriting = false }
                return (batch, state.counts, state.known)
            }
            guard !batch.isEmpty else { return }
            InboxPoint.batchTaken.reach()
            let result: Result<Counts, InboxRefusal>
            do {
                result = .success(try commit(batch, after: counts, known: known))
            } catch {
                result = .failure(InboxRefusal(error))
            }
            routes?.wake()
            InboxPoint.beforeAnswer.reach()
            finish(batch, result)
            InboxPoint.afterAnswers.reach()
        }
    }

    /// Takes note of what came of a batch, and answers it.
    private func finish(_ batch: [Waiting], _ result: Result<Counts, InboxRefusal>) {
        let (abandoned, stopReason) = state.withLock { state -> ([Waiting], String?) in
            state.rows -= batch.count
            state.bytes -= batch.reduce(0) { $0 + $1.event.body.count }
            switch result {
            case .success(let counts): state.counts = counts
            case .failure(.stopped(let reason)):
                // What came meanwhile must not be written after a failed sync either.
                state.stopReason = reason
                defer {
                    state.pending = []
                    (state.rows, state.bytes) = (0, 0)
                }
                return (state.pending, reason)
            case .failure: break
            }
            return ([], nil)
        }
        let answer = result.map { _ in () }
        for waiting in batch {
            waiting.answer(answer)
            InboxPoint.betweenAnswers.reach()
        }
        for waiting in abandoned { waiting.answer(answer) }
        if let stopReason { onStop(stopReason) }
    }
}
