import AuditLog
import ExactJSON
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import SimulationClient
import Synchronization
import Webhooks

/// The way of a run from its token to its verdict, once everything is open.
struct RunPass: Sendable {
    let session: RunSession
    let client: SimulationClient
    let reception: Reception
    let deadline: Timeline.Instant
    let isSigned: Bool
    let row: StoredRun
    /// Where the receiver listens.
    let listen: ListenAddress
    /// Who gets the events besides.
    let monitors: MonitorDesk
    /// Where a slot comes from; `nil` where the run has the other side to itself.
    let slots: SlotDesk?

    /// How long tidying up may take after the time is up.
    static let grace = Duration.seconds(10)

    var run: Run { session.run }
    var trail: AuditTrail { session.trail }
    var inbox: Inbox { reception.inbox }

    func carryOut(_ initial: RunFacts) async throws -> RunResult {
        do {
            return try await reported(initial)
        } catch let error as RunError {
            throw error
        } catch {
            throw RunError(.storage, "the run's records could not be kept: \(error)", cause: error)
        }
    }

    private func reported(_ initial: RunFacts) async throws -> RunResult {
        var facts = initial
        facts.webhooks.signed = isSigned
        if !client.capabilities.extensions, facts.payload.contactCenter != nil {
            facts.notes.append("contactCenter and pacing are the sandbox's own and are not sent there")
        }
        session.observe(.began(facts))
        if run.resumption == nil {
            try await trail.write(.validation, "passed", payload: ["scenario": .masked(facts.scenario.name)])
            try await keepIntent(of: facts, at: nil)
            session.observe(.step("scenario valid"))
        } else {
            try await trail.write(.recovered, "resumed", simulationID: row.simulationId)
            // Whatever fails from here on can cancel it, or say that it may still run.
            facts.simulationID = row.simulationId
            session.observe(.step("resumed"))
        }
        CrashPoint.afterValidation.reach()
        await pass(&facts)
        try requireInbox()
        await settleMonitors(&facts)
        facts.finishedAt = WallClock.now
        var result = RunResult(judging: facts)
        let files = RunFiles(directory: run.outputDirectory)
        let written: Result<Void, any Error>
        do {
            let (command, store) = (run.options.command, session.store)
            written = .success(try await files.write(result, command: command, store: store, run: row.rowID))
        } catch {
            written = .failure(error)
        }
        CrashPoint.afterFiles.reach()
        // The verdict is recorded whatever became of the files.
        let checkpoint = try await close(result)
        try written.get()
        // Only now is there a checkpoint with the verdict under it for the files to tell.
        result.facts.auditCheckpoint = checkpoint
        try await files.write(documentsOf: result, command: run.options.command)
        try await anchor(checkpoint)
        return result
    }

    /// The steps; whatever stops them ends in the facts.
    private func pass(_ facts: inout RunFacts) async {
        do {
            try await authenticate(&facts)
            CrashPoint.afterToken.reach()
            try await create(&facts)
            guard let id = facts.simulationID else { return }
            CrashPoint.afterDispatch.reach()
            try await track(id, &facts)
            CrashPoint.afterTracking.reach()
            await drain(id, &facts)
            CrashPoint.afterDrain.reach()
            try await aggregate(id, &facts)
            CrashPoint.afterAggregation.reach()
        } catch {
            await stop(for: error, &facts)
        }
    }

    private func authenticate(_ facts: inout RunFacts) async throws {
        let missing: [String]
        do {
            missing = try await interruptibly { try await client.authenticate(until: deadline) }
        } catch {
            try await trail.write(.dispatch, "failed", error: client.remoteText("\(error)").description)
            throw error
        }
        if !missing.isEmpty {
            let note = "the token was granted without \(missing.joined(separator: ", "))"
            facts.notes.append(note)
            session.observe(.warning(note))
        }
        session.observe(.step("token"))
    }

    private func track(_ id: String, _ facts: inout RunFacts) async throws {
        let wake = reception.wake
        let (started, maxCalls) = (client.timeline.now, facts.payload.maxCalls)
        let (observe, inbox, client) = (session.observe, inbox, client)
        let latest = Mutex<SimulationStatus?>(nil)
        let interval = run.options.pollInterval ?? run.target.pollInterval
        let deadline = deadline
        defer { facts.status = latest.withLock { $0 } ?? facts.status }
        let tracking = try await interruptibly {
            try await client.track(id: id, until: deadline, pollInterval: interval, wakenBy: wake) { status in
                latest.withLock { $0 = status }
                let elapsed = started.duration(to: client.timeline.now) / .seconds(1)
                observe(
                    .progress(
                        RunProgress(
                            step: status.stateWord,
                            attempted: status.callsAttempted,
                            maxCalls: maxCalls,
                            events: inbox.counts.events[id] ?? 0,
                            elapsedSeconds: elapsed
                        )
                    )
                )
            }
        }
        facts.illegalProgressions = tracking.illegalProgressions
        facts.notes += tracking.notes.filter { !tracking.illegalProgressions.contains($0) }
        switch tracking.end {
        case .ended(let status):
            facts.ending = .ended
            latest.withLock { $0 = status }
            let result = status.state == .completed ? "completed" : status.state == .cancelled ? "cancelled" : "failed"
            try await trail.write(
                .tracking,
                result,
                simulationID: id,
                payload: status.auditPayload,
                error: status.errors.isEmpty
                    ? nil
                    : client.remoteText(status.errors.map { "\($0.code): \($0.message)" }.joined(separator: "; "))
                        .description
            )
            try await releaseSlot(id)
        case .timedOut(let last):
            latest.withLock { $0 = last ?? $0 }
            let reason = tracking.lastError.map { "; the last poll failed: \($0)" } ?? ""
            throw ClientError(.timedOut, "the simulation had not ended when the time was up\(reason)")
        }
    }

    private func aggregate(_ id: String, _ facts: inout RunFacts) async throws {
        if run.interruption.isRequested {
            facts.aggregation = .notSent("the run was interrupted")
            throw Interrupted()
        }
        let metrics = MetricsAggregation(
            simulationID: id,
            totalCalls: facts.calls.seen,
            completedCalls: facts.calls.completed,
            averageLatencyMs: facts.calls.averageLatencyMs,
            accuracyRate: facts.accuracyRate ?? 0
        )
        do {
            try await interruptibly { try await client.aggregate(metrics, until: deadline) }
            facts.aggregation = .accepted
            try await trail.write(.metrics, "aggregated", simulationID: id, payload: metrics.json["metrics"])
        } catch let error as ClientError {
            facts.aggregation = .refused("\(error)")
            try await trail.write(
                .metrics,
                "failed",
                simulationID: id,
                error: client.remoteText("\(error)").description
            )
            if error.code == .cancelled { throw error }
        }
    }
}

extension SimulationStatus {
    /// What the audit log keeps of a status.
    var auditPayload: JSONValue {
        [
            "state": .string(String(stateWord.prefix(40))), "callsAttempted": .integer(callsAttempted),
            "callsCompleted": .integer(callsCompleted), "complianceBypassed": .bool(complianceBypassed),
        ]
    }
}
