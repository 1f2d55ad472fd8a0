import Dispatch

/// Runs work that blocks its thread (file locks, syncs) away from the threads of the concurrency pool.
package enum BlockingWork {
    /// Runs `work` on a thread that may block, and gives its result.
    package static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Swift.Result { try work() }) }
        }
    }
}
