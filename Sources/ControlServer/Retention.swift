import AuditLog
import ExactJSON
import Logging
import RingbackHome
import RunPipeline
import RunStore
import SimulationAPI

/// Removes what is older than the service keeps, from time to time.
struct Retention: Sendable {
    let store: RunStore
    let home: Home
    /// The age from which on runs and events are removed.
    let age: Duration
    let logger: Logger

    /// The name that stands as the actor in the audit log.
    static let actor = "serve --keep"

    /// The time between two removals: a tenth of the age, within bounds.
    var interval: Duration { max(.seconds(1), min(.seconds(3600), age / 10)) }

    /// Removes until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do { try await prune() } catch is CancellationError { return } catch {
                logger.error("what is too old cannot be removed", metadata: ["reason": "\(error)"])
            }
            try? await Task.sleep(for: interval)
        }
    }

    /// Removes what is too old now.
    func prune() async throws {
        let limit = store.time.adding(milliseconds: -Int64(age / .milliseconds(1)))
        let pruning = try await RunHistory.prune(
            .endedBefore(limit),
            in: home,
            store,
            isDryRun: false,
            actor: .token(Self.actor)
        )
        let own = try await store.pruneServiceEvents(before: limit)
        guard !pruning.runs.isEmpty || own.events > 0 || pruning.folders > 0 else { return }
        if own.events > 0 {
            let payload: JSONValue = [
                "runs": 0, "events": .integer(own.events), "deliveries": .integer(own.deliveries), "folders": 0,
            ]
            try await AuditLog(home).record(
                AuditEntry(.pruned, runID: nil, actor: Self.actor, payload: payload, result: "success")
            )
        }
        logger.info(
            "what was too old was removed",
            metadata: [
                "runs": "\(pruning.runs.count)", "events": "\(pruning.counts.events + own.events)",
                "deliveries": "\(pruning.counts.deliveries + own.deliveries)",
            ]
        )
    }
}
