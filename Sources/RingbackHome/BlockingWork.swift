import Dispatch

/// Runs work that blocks its thread (file locks, syncs) away from the threads of the concurrency pool.
package enum BlockingWork {
    /// Runs `work` on a thread that may block, and gives its result.
    package static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        // A queue of its own gets a thread of its own at once. The global queue has as many threads as the machine has
        // cores, and on Linux the concurrency pool runs on the same ones.
        let queue = DispatchQueue(label: "ringback.blocking")
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try work() }) }
        }
    }
}
