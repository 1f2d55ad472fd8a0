import AuditLog
import ExactJSON
import RunReport
import RunStore
import SimulationAPI
import SimulationClient

extension RunPass {
    /// The user asked to stop while nothing could hear it.
    struct Interrupted: Error {}

    func interruptibly<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await run.interruption.interrupting { () async -> Result<Value, any Error> in
            do { return .success(try await work()) } catch { return .failure(error) }
        }.get()
    }

    func stop(for error: any Error, _ facts: inout RunFacts) async {
        let isInterruption = error is Interrupted || run.interruption.isRequested
        let code = (error as? ClientError)?.code
        if facts.ending != .ended {
            facts.ending =
                if code == .outcomeUnknown {
                    .outcomeUnknown("\(error)")
                } else if mayHaveCreated, facts.simulationID == nil {
                    .outcomeUnknown(
                        "a simulation may have been created before the run's process died; look for the tag "
                            + "\(facts.payload.tag ?? "") and the key \(run.id): \(error)"
                    )
                } else if isInterruption {
                    .interrupted
                } else if code == .timedOut {
                    .timedOut("\(error)")
                } else if facts.simulationID == nil {
                    .notCreated("\(error)")
                } else {
                    .refused("\(error)")
                }
            await leaveNothingRunning(&facts)
        } else if isInterruption {
            facts.ending = .interrupted
        } else {
            facts.notes.append("the run stopped early: \(error)")
        }
    }

    /// Cancels the simulation where there is one, and records how tracking ended.
    private func leaveNothingRunning(_ facts: inout RunFacts) async {
        guard let id = facts.simulationID else { return }
        let limit = client.timeline.after(Self.grace)
        do {
            let outcome = try await client.cancel(id: id, until: limit)
            try await trail.write(.cancel, outcome == .accepted ? "accepted" : "already ended", simulationID: id)
            facts.notes.append(
                outcome == .accepted
                    ? "the simulation \(id) was cancelled" : "the simulation \(id) had already ended"
            )
        } catch {
            facts.notes.append("the simulation \(id) may still run, it could not be cancelled: \(error)")
            try? await trail.write(
                .cancel,
                "failed",
                simulationID: id,
                error: client.remoteText("\(error)").description
            )
        }
        if let status = try? await client.status(of: id, until: limit) { facts.status = status }
        await fold(id, &facts)
        let result =
            switch facts.ending {
            case .timedOut: "timeout"
            case .interrupted: "cancelled"
            default: "failed"
            }
        try? await trail.write(.tracking, result, simulationID: id, payload: facts.status?.auditPayload)
        if facts.status?.state?.isTerminal == true { try? await releaseSlot(id) }
    }

    /// Records the verdict, and signs the log with it.
    func close(_ result: RunResult) async throws -> AuditCheckpoint {
        CrashPoint.beforeVerdict.reach()
        // The entry first: a run whose row says that it has ended has its verdict in the log.
        try await trail.write(
            .verdict,
            result.verdict.rawValue,
            simulationID: result.facts.simulationID,
            payload: .object(present: [
                "exitCode": .integer(result.exitCode.rawValue),
                "failed": .array(result.assertions.filter { $0.verdict == .fail }.map { .string($0.name) }),
                "abandonment": result.facts.abandonmentRecord,
            ])
        )
        let checkpoint = try await trail.checkpoint()
        var row = row
        row.simulationId = result.facts.simulationID
        row.state = StoredRun.State(result.exitCode)
        row.finishedAt = result.facts.finishedAt.milliseconds
        row.exitCode = result.exitCode.rawValue
        try await session.store.update(row)
        return checkpoint
    }
}

extension StoredRun.State {
    /// The state of a run that ended with this exit code.
    fileprivate init(_ exitCode: ExitCode) {
        self =
            switch exitCode {
            case .pass: .passed
            case .inconclusive: .inconclusive
            case .timedOut: .cancelled
            case .outcomeUnknown: .unknown
            case .refused, .usage: .errored
            case .assertionFailed: .failed
            }
    }
}
