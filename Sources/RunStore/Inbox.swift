import RingbackHome
package import SimulationAPI
import Synchronization

/// The inbox of one run, or of the service: an event is answered once it is committed.
///
/// One commit at a time; events that arrive during a commit form the next batch. Batches grow with the disk's latency.
package final class Inbox: Sendable {
    /// Counts of the committed events.
    package struct Counts: Sendable, Hashable {
        /// Stored events and their exact copies.
        package var received = 0
        package var unique = 0
        package var duplicates = 0
        /// Stored bodies that are not events, or came under the identity of another; each is counted once and here alone.
        package var quarantined = 0
        /// Those of the quarantined that came under the identity of another, as far as this process stored them.
        package var identityReused = 0
        package var events: [String: Int] = [:]
        package var endedCalls: [String: Int] = [:]
    }

    /// Called exactly once for an event, on the inbox's thread or the caller's: it is on disk, or it was not stored.
    package typealias Answer = @Sendable (Result<Void, InboxRefusal>) -> Void

    /// An event on its way to the disk; a class, so that moving it costs one retain instead of a dozen.
    final class Waiting: Sendable {
        /// `nil` for a place in the order of events; see ``settle()``.
        let event: ReceivedEvent?
        /// The events of the service that are to be taken over; see ``adopt(_:since:)``.
        let adoption: EarlyEvents?
        let answer: Answer

        init(_ event: consuming ReceivedEvent, _ answer: @escaping Answer) {
            (self.event, adoption, self.answer) = (event, nil, answer)
        }

        init(_ adoption: EarlyEvents?, _ answer: @escaping Answer) {
            (event, self.adoption, self.answer) = (nil, adoption, answer)
        }
    }

    private struct State {
        /// The events that wait or are being written, and the size of their bodies.
        var rows = 0
        var bytes = 0
        var counts = Counts()
        var known: Set<String> = []
        var stopReason: String?
        /// Whether a batch has failed of which it is not known whether the database has it.
        var isUncertain = false
    }

    let store: RunStore
    /// The row of the run, or ``InboxOwner/service``.
    package let owner: Int64
    private let limits: InboxLimits
    private let stopsWhenShort: Bool
    private let disk: DiskWatch
    let routes: DeliveryRoutes?
    let serviceRoutes: DeliveryRoutes?
    private let onStop: @Sendable (String) -> Void
    let onReuse: @Sendable (String) -> Void
    let counters = ReceptionCounters()
    private let state = Mutex(State())
    private let writer = BatchWriter<Inbox, Waiting>(label: "ringback.inbox") { inbox, batch in inbox.write(batch) }

    /// The inbox of an owner.
    ///
    /// - Parameters:
    ///   - owner: the row of the run, or ``InboxOwner/service``.
    ///   - limits: how much may wait for the disk.
    ///   - freeBytes: the free bytes of the disk; `nil` asks the system.
    ///   - routes: where accepted events are forwarded; `nil` for nowhere.
    ///   - serviceRoutes: where the service forwards the events of all its runs, too.
    ///   - stopsWhenShort: whether a disk that is nearly full stops the inbox for good, instead of refusing events.
    ///   - onStop: called once, if a write or a sync has failed and the inbox stops for good.
    ///   - onReuse: called with an identity that came with other bytes, once they are on disk.
    package init(
        store: RunStore,
        owner: Int64,
        limits: InboxLimits = InboxLimits(),
        freeBytes: (@Sendable () -> Int?)? = nil,
        routes: DeliveryRoutes? = nil,
        serviceRoutes: DeliveryRoutes? = nil,
        stopsWhenShort: Bool = false,
        onStop: @escaping @Sendable (String) -> Void = { _ in },
        onReuse: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        let path = store.home.path
        self.stopsWhenShort = stopsWhenShort
        self.store = store
        self.owner = owner
        self.limits = limits
        (self.routes, self.serviceRoutes) = (routes, serviceRoutes)
        self.onStop = onStop
        self.onReuse = onReuse
        // The disk of a store that machines share is not one of this machine.
        let isElsewhere = store.isShared
        disk = DiskWatch(
            minimum: limits.freeDisk,
            freeBytes: freeBytes ?? { isElsewhere ? nil : FileSystem.freeBytes(at: path) }
        )
    }

    /// The inbox of an owner that may have stored events before its process died; those of a run are counted.
    ///
    /// Duplicates that arrived before are not counted, since they leave no row.
    package static func opened(
        _ store: RunStore,
        owner: Int64,
        limits: InboxLimits = InboxLimits(),
        routes: DeliveryRoutes? = nil,
        serviceRoutes: DeliveryRoutes? = nil,
        stopsWhenShort: Bool = false,
        onStop: @escaping @Sendable (String) -> Void = { _ in },
        onReuse: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> Inbox {
        let inbox = Inbox(
            store: store,
            owner: owner,
            limits: limits,
            routes: routes,
            serviceRoutes: serviceRoutes,
            stopsWhenShort: stopsWhenShort,
            onStop: onStop,
            onReuse: onReuse
        )
        let counts = try await store.counts(owner: owner)
        let known = try await store.simulationIDs(owner: owner)
        inbox.state.withLock { state in
            state.counts = counts
            state.known = known
        }
        return inbox
    }

    package var counts: Counts { state.withLock { $0.counts } }

    /// Calls with a final event, over all simulations.
    package var endedCalls: Int { state.withLock { $0.counts.endedCalls.values.reduce(0, +) } }

    package var stopReason: String? { state.withLock { $0.stopReason } }

    /// Marks a simulation as known: the headers of its events are not stored.
    package func markKnown(_ simulationID: String) { state.withLock { _ = $0.known.insert(simulationID) } }

    /// Stores an event, or refuses it; a duplicate is not stored again.
    package func keep(_ event: consuming ReceivedEvent, answer: @escaping Answer) {
        InboxPoint.beforeQueue.reach()
        let size = event.body.count
        let waiting = Waiting(event, answer)
        let shortage = disk.shortage()
        let (refusal, stops) = state.withLock { state -> (InboxRefusal?, stops: Bool) in
            let refusal = decide(size, shortage, state)
            if case .diskShort? = refusal, stopsWhenShort {
                state.stopReason = refusal?.description
                return (refusal, true)
            }
            if refusal == nil {
                state.rows += 1
                state.bytes += size
            }
            return (refusal, false)
        }
        if stops, let refusal { onStop(refusal.description) }
        if let refusal { return answer(.failure(refusal)) }
        writer.add(waiting, for: self)
        InboxPoint.afterQueue.reach()
    }

    /// Why the next event would be refused; `nil` if it would be taken.
    package var nextRefusal: InboxRefusal? {
        let shortage = disk.shortage()
        return state.withLock { decide(0, shortage, $0) }
    }

    private func decide(_ size: Int, _ shortage: Int?, _ state: State) -> InboxRefusal? {
        if let reason = state.stopReason { return .stopped(reason) }
        if let shortage { return .diskShort(free: shortage, needed: limits.freeDisk) }
        return state.rows < limits.rows && state.bytes + size <= limits.bytes ? nil : .full
    }

    /// Returns once every event that came before is on disk, or was refused.
    package func settle() async {
        await withCheckedContinuation { continuation in
            writer.add(Waiting(nil) { _ in continuation.resume() }, for: self)
        }
    }

    /// Takes over the events of a simulation that the service has stored, because they came before the run knew it.
    ///
    /// They count and are forwarded as if they had come to the run.
    ///
    /// A worker whose lease is good waits for a database that is out of reach.
    ///
    /// - Parameter row: only events behind this row are looked at.
    /// - Throws: ``InboxRefusal`` if the store failed.
    package func adopt(_ simulationID: String, since row: Int64) async throws {
        var retry = StoreRetry(store.patience)
        while true {
            do { return try await adoptOnce(simulationID, since: row) } catch let error as InboxRefusal {
                guard case .failed = error, let pause = retry.next() else { throw error }
                try await store.checkLease()
                try await Task.sleep(for: pause)
            }
        }
    }

    private func adoptOnce(_ simulationID: String, since row: Int64) async throws {
        let adoption = EarlyEvents(simulationID: simulationID, row: row)
        try await withCheckedThrowingContinuation { continuation in
            writer.add(
                Waiting(adoption) { continuation.resume(with: $0.mapError { $0 as any Error }) },
                for: self
            )
        }
    }

    /// Stores an event; returns once it is on disk.
    ///
    /// - Throws: ``InboxRefusal`` if it was not stored.
    package func keep(_ event: ReceivedEvent) async throws {
        try await withCheckedThrowingContinuation { continuation in
            keep(event) { continuation.resume(with: $0.mapError { $0 as any Error }) }
        }
    }

    /// The most events of one commit where machines share the store.
    ///
    /// Machines that forward to the same monitors wait for each other's commits, and refuse events after seconds.
    private static let sharedBatch = 500

    /// Commits what has come.
    private func write(_ arrived: [Waiting]) {
        InboxPoint.batchTaken.reach()
        let most = store.isShared ? Self.sharedBatch : arrived.count
        var refusal: InboxRefusal?
        for start in stride(from: 0, to: arrived.count, by: most) {
            let batch = Array(arrived[start..<min(start + most, arrived.count)])
            refusal = commit(batch, refusedBy: refusal)
        }
        InboxPoint.afterAnswers.reach()
    }

    /// Commits a batch and answers it.
    ///
    /// - Parameter earlier: why the batch before was refused; the senders of this one do not wait for another try.
    /// - Returns: why the next batch would be refused too; `nil` if it was committed, or its own events are at fault.
    private func commit(_ batch: [Waiting], refusedBy earlier: InboxRefusal?) -> InboxRefusal? {
        let (counts, known, stopReason) = state.withLock { ($0.counts, $0.known, $0.stopReason) }
        let isUncertain = state.withLock { $0.isUncertain }
        let result: Result<Counts, InboxRefusal>
        var isOwnFault = false
        if let stopReason {
            // Events that arrived before the stop became known must not be written after a failed sync either.
            result = .failure(.stopped(stopReason))
        } else if let earlier {
            result = .failure(earlier)
        } else {
            result = Result { try commit(batch, after: counts, known: known, recounts: isUncertain) }.mapError {
                error in
                isOwnFault = store.isShared && !store.isPassing(error)
                return store.refusal(of: error)
            }
            routes?.wake()
            serviceRoutes?.wake()
        }
        InboxPoint.beforeAnswer.reach()
        let stops = state.withLock { state in
            for case let event? in batch.lazy.map(\.event) {
                state.rows -= 1
                state.bytes -= event.body.count
            }
            switch result {
            case .success(let counts): (state.counts, state.isUncertain) = (counts, false)
            case .failure(.stopped(let reason)) where state.stopReason == nil:
                state.stopReason = reason
                return true
            case .failure: state.isUncertain = store.isShared
            }
            return false
        }
        let answer = result.map { _ in () }
        for waiting in batch {
            waiting.answer(answer)
            InboxPoint.betweenAnswers.reach()
        }
        if stops, case .failure(.stopped(let reason)) = result { onStop(reason) }
        guard case .failure(let refusal) = result, !isOwnFault else { return nil }
        return refusal
    }
}
