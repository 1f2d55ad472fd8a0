import RunStore

/// Whether the service is ready, as far as its store and its workers are concerned.
///
/// The service stays ready while work waits: if it left its balancer then, it would refuse the webhooks that end runs.
struct Readiness: Hashable, Sendable {
    typealias Instant = ContinuousClock.Instant

    /// How long the store may fail to be written.
    static let storePatience = Duration.seconds(10)
    /// How long no worker may look for a run.
    static let workerPatience = Duration.seconds(60)

    /// Whether what an earlier process has left is still being taken up.
    var isStarting = false
    var isDraining = false
    /// When the store was last written, or the service started.
    var storeWrittenAt: Instant
    /// Why the last attempt to write the store failed; `nil` if it went well or is not over.
    var storeFailure: String?
    /// When a worker last looked for a run; `nil` if the service has no workers.
    var workersPolledAt: Instant?

    init(at now: Instant) { storeWrittenAt = now }

    func isStoreUp(at now: Instant) -> Bool { storeWrittenAt.duration(to: now) < Self.storePatience }

    /// Why the service is not ready; empty if it is.
    func problems(at now: Instant) -> [String] {
        var problems: [String] = []
        if isStarting { problems.append("the service is starting") }
        if isDraining { problems.append("the service is stopping") }
        if !isStoreUp(at: now) {
            let age = storeWrittenAt.duration(to: now).components.seconds
            let reason = storeFailure.map { ": \($0)" } ?? ""
            problems.append("the store could not be written for \(age) s\(reason)")
        }
        if let workersPolledAt, workersPolledAt.duration(to: now) >= Self.workerPatience {
            problems.append(
                "no worker has looked for a run for \(workersPolledAt.duration(to: now).components.seconds) s"
            )
        }
        return problems
    }
}

extension RunningService {
    /// Writes the store again and again, so that readiness knows whether that works; ends by being cancelled.
    func watchStore() async {
        while !Task.isCancelled {
            do {
                try await store.checkWritable()
                changeReadiness { readiness in
                    (readiness.storeWrittenAt, readiness.storeFailure) = (.now, nil)
                }
            } catch {
                changeReadiness { $0.storeFailure = "\(error)" }
            }
            try? await Task.sleep(for: .seconds(2))
        }
    }

    /// A worker has looked for a run.
    func workersPolled() { changeReadiness { $0.workersPolledAt = .now } }
}
