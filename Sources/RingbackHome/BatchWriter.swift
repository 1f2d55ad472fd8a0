import Dispatch
import Synchronization

/// Writes items in batches, on a thread of its own: while one batch is written, the next one gathers.
///
/// Batches grow with the latency of the disk, without an artificial delay. An item is in exactly one batch, and items are
/// written in the order in which they were added.
package final class BatchWriter<Owner: AnyObject & Sendable, Item: Sendable>: Sendable {
    private struct State {
        var pending: [Item] = []
        var isWriting = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let write: @Sendable (Owner, [Item]) -> Void
    private let queue: DispatchQueue
    private let state = Mutex(State())

    /// Creates a writer.
    ///
    /// - Parameters:
    ///   - label: the name of its thread.
    ///   - write: writes a batch, which is never empty, and blocks until it is done. The owner comes as an argument, so
    ///     that the closure does not hold on to it.
    package init(label: String, write: @escaping @Sendable (Owner, [Item]) -> Void) {
        queue = DispatchQueue(label: label)
        self.write = write
    }

    /// Adds an item to the next batch.
    ///
    /// - Parameter owner: given to the closure; kept alive until everything is written.
    package func add(_ item: Item, for owner: Owner) {
        let starts = state.withLock { state in
            state.pending.append(item)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if starts { queue.async { self.writePending(for: owner) } }
    }

    /// Returns once everything that was added so far is written.
    package func flush() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.isWriting { state.waiters.append(continuation) }
                return !state.isWriting
            }
            if isIdle { continuation.resume() }
        }
    }

    private func writePending(for owner: Owner) {
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
            write(owner, batch)
        }
    }
}

/// Runs work that blocks its thread (file locks, syncs) outside of the threads of the concurrency pool.
package enum BlockingWork {
    /// Runs `work` on a thread that may block, and returns its result.
    package static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        // A queue of its own gets a thread of its own at once. The global queue has only as many threads as the machine
        // has cores, and on Linux the concurrency pool runs on the same ones.
        let queue = DispatchQueue(label: "ringback.blocking")
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try work() }) }
        }
    }
}

extension Result where Failure == any Error {
    /// The value of an asynchronous body, or its error.
    package init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
