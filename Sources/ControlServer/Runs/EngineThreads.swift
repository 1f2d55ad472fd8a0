import Dispatch

/// Threads on which the engine works alone, so that requests and webhooks never wait for a replication to end.
///
/// A replication or a window computes for seconds without a pause. On the threads that all tasks share, which are as many as
/// the machine has cores, two of them would hold up the whole service.
final class EngineThreads: TaskExecutor {
    static let shared = EngineThreads()

    private let queue = DispatchQueue(label: "ringback.engine", qos: .utility, attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
