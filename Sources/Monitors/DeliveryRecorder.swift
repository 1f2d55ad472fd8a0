import Dispatch
import ExactJSON
package import RunStore
import Synchronization

/// Keeps what became of deliveries: one commit at a time, and what ends during a commit is the next batch.
///
/// All monitors of a process share it, since they share the disk; nobody waits for it.
package final class DeliveryRecorder: Sendable {
    private struct State {
        var pending: [(change: DeliveryChange, done: @Sendable () -> Void)] = []
        var isWriting = false
        var waiters: [CheckedContinuation<Void, Never>] = []
        var failure: String?
    }

    private let store: RunStore
    private let queue = DispatchQueue(label: "ringback.deliveries")
    private let state = Mutex(State())

    /// A recorder for a store.
    package init(_ store: RunStore) { self.store = store }

    /// Why nothing more can be kept; `nil` where it can.
    package var failure: String? { state.withLock { $0.failure } }

    /// Keeps a change soon.
    ///
    /// - Parameter done: told when it is on disk, from another thread; never where it cannot be kept.
    func record(_ change: DeliveryChange, done: @escaping @Sendable () -> Void) {
        let starts = state.withLock { state in
            guard state.failure == nil else { return false }
            state.pending.append((change, done))
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if starts { queue.async { self.writePending() } }
    }

    /// Returns once everything that was recorded so far is on disk, or cannot be.
    func flush() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.isWriting { state.waiters.append(continuation) }
                return !state.isWriting
            }
            if isIdle { continuation.resume() }
        }
    }

    private func writePending() {
        while true {
            let (batch, waiters) = state.withLock { state in
                let batch = state.pending
                state.pending = []
                guard batch.isEmpty else { return (batch, [CheckedContinuation<Void, Never>]()) }
                state.isWriting = false
                defer { state.waiters = [] }
                return (batch, state.waiters)
            }
            for waiter in waiters { waiter.resume() }
            guard !batch.isEmpty else { return }
            do {
                try store.recordBlocking(batch.map(\.change), at: WallClock.now)
            } catch {
                // What is not recorded is sent once more, by whoever comes next: at least once.
                state.withLock { state in
                    state.failure = "\(error)"
                    state.pending = []
                }
                continue
            }
            for entry in batch { entry.done() }
        }
    }
}
