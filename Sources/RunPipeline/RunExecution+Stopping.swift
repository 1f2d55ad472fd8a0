import AuditLog
import ExactJSON
import HTTPExchange
import RunReport
import SimulationAPI
import SimulationClient

extension RunExecution {
    /// The user asked to stop while no operation was under way that could notice.
    struct Interrupted: Error {}

    func interruptibly<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await run.interruption.interruptibly(work)
    }

    /// Turns an error into the run's ending, and cancels the simulation if it may still run.
    func stop(for error: any Error, _ facts: inout RunFacts) async {
        let hasEnded = facts.ending == .ended
        let situation = RunEnding.Situation(
            hasEnded: hasEnded,
            isInterrupted: error is Interrupted || run.interruption.isRequested,
            hasSimulation: facts.simulationID != nil,
            mayHaveCreated: mayHaveCreated,
            search: "the tag \(facts.payload.tag ?? "") and the key \(run.id)"
        )
        facts.ending = RunEnding(error, in: situation)
        if !hasEnded {
            await leaveNothingRunning(&facts)
        } else if facts.ending == .ended {
            facts.notes.append("the run stopped early: \(error)")
        }
    }

    /// Cancels the simulation if there is one, and records how tracking ended.
    private func leaveNothingRunning(_ facts: inout RunFacts) async {
        guard let id = facts.simulationID else { return }
        let limit = client.timeline.after(Self.grace)
        do {
            // Half of it, so that a cancel that gets no answer leaves time for a last look.
            let half = client.timeline.after(Self.grace / 2)
            let isAccepted = try await client.cancel(id: id, until: half) == .accepted
            try await trail.write(.cancel, isAccepted ? "accepted" : "already ended", simulationID: id)
            facts.notes.append("the simulation \(id) \(isAccepted ? "was cancelled" : "had already ended")")
        } catch {
            let undone = "the simulation \(id) may still run, it could not be cancelled: \(error)"
            facts.notes.append(undone)
            session.observe(.leftUndone(undone))
            _ = try? await trail.write(.cancel, "failed", simulationID: id, error: masked(error))
        }
        if let status = try? await client.status(of: id, until: limit) { facts.status = status }
        await fold(id, &facts)
        let result =
            switch facts.ending {
            case .timedOut: "timeout"
            case .interrupted: "cancelled"
            default: "failed"
            }
        _ = try? await trail.write(.tracking, result, simulationID: id, payload: facts.status?.auditPayload)
        if facts.status?.state?.isTerminal == true { try? await releaseSlot(id) }
    }
}

extension RunEnding {
    /// What is known when an error stops a run.
    struct Situation {
        /// Whether the simulation had been seen to end.
        var hasEnded = false
        /// Whether the user asked to stop.
        var isInterrupted = false
        /// Whether the simulation's id is known.
        var hasSimulation = false
        /// Whether an earlier process of this run may have created a simulation.
        var mayHaveCreated = false
        /// What a person can look for, such as the tag and the key.
        var search = ""
    }

    /// The ending of a run that an error stopped.
    init(_ error: any Error, in situation: Situation) {
        let code = (error as? ClientError)?.code
        self =
            if situation.hasEnded {
                situation.isInterrupted ? .interrupted : .ended
            } else if code == .outcomeUnknown {
                .outcomeUnknown("\(error)")
            } else if situation.mayHaveCreated, !situation.hasSimulation {
                .outcomeUnknown(
                    "a simulation may have been created before the run's process died; look for \(situation.search): \(error)"
                )
            } else if situation.isInterrupted {
                .interrupted
            } else if code == .timedOut {
                .timedOut("\(error)")
            } else if code == nil {
                // Only the client speaks with the remote side; the store and the audit log throw everything else.
                .failedLocally("the run's records could not be kept: \(error)")
            } else {
                situation.hasSimulation ? .refused("\(error)") : .notCreated("\(error)")
            }
    }
}
