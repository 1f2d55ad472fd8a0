import AuditLog
import Crypto
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
    let inbox: Inbox
    let receiver: WebhookReceiver
    /// Brings the next poll forward.
    let wake: WakeSignal
    let deadline: Timeline.Instant
    let acceptsExtensions: Bool
    let isSigned: Bool
    let row: StoredRun

    /// How long tidying up may take after the time is up.
    static let grace = Duration.seconds(10)

    var run: Run { session.run }
    var trail: AuditTrail { session.trail }

    func carryOut(_ initial: RunFacts) async throws -> RunResult {
        do {
            return try await reported(initial)
        } catch {
            throw RunError(.storage, "the run's records could not be kept: \(error)", cause: error)
        }
    }

    private func reported(_ initial: RunFacts) async throws -> RunResult {
        var facts = initial
        facts.webhooks.signed = isSigned
        session.observe(.began(facts))
        try await trail.write(.validation, "passed", payload: ["scenario": .string(facts.scenario.name)])
        session.observe(.step("scenario valid"))
        await pass(&facts)
        facts.finishedAt = WallClock.now
        let result = RunResult(judging: facts)
        let files = RunFiles(directory: run.outputDirectory)
        let written: Result<Void, any Error>
        do {
            let (command, store) = (run.options.command, session.store)
            written = .success(try await files.write(result, command: command, store: store, run: row.number))
        } catch {
            written = .failure(error)
        }
        // The verdict is recorded whatever became of the files.
        try await close(result)
        try written.get()
        return result
    }

    /// The steps; whatever stops them ends in the facts.
    private func pass(_ facts: inout RunFacts) async {
        do {
            try await authenticate(&facts)
            try await create(&facts)
            guard let id = facts.simulationID else { return }
            try await track(id, &facts)
            await drain(id, &facts)
            try await aggregate(id, &facts)
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

    private func create(_ facts: inout RunFacts) async throws {
        let limit = facts.scenario.limits.maxActiveSimulations
        try await trail.write(.slot, "acquired", payload: ["of": .integer(limit)])
        let body = facts.payload.json(extensions: acceptsExtensions).bytes
        guard let key = IdempotencyKey(run.id) else { preconditionFailure("a run id is a key") }
        try await trail.write(.dispatchIntent, "intended", payload: intent(facts, body))
        let request = CreateRequest(body: body, key: key, tag: facts.payload.tag)
        let observe = session.observe
        let lastWait = Mutex<SlotWait?>(nil)
        let outcome: CreateOutcome
        do {
            outcome = try await interruptibly {
                try await client.create(request, until: deadline) { wait in
                    lastWait.withLock { $0 = wait }
                    observe(.waitingForSlot(wait))
                }
            }
        } catch {
            try await recordQueue(lastWait.withLock { $0 })
            try await trail.write(.dispatch, "failed", error: client.remoteText("\(error)").description)
            try await trail.write(.slot, "released")
            throw error
        }
        facts.simulationID = outcome.id  // first of all, so that whatever fails from here on can cancel it
        try await recordQueue(lastWait.withLock { $0 })
        if let id = outcome.id {
            try await created(id, &facts)
        } else if case .unknown(let error) = outcome {
            try await reconcile(error, &facts)
        }
    }

    /// Records that the run had to wait for a slot, where it had to.
    private func recordQueue(_ wait: SlotWait?) async throws {
        guard let wait else { return }
        try await trail.write(.slot, "queued", payload: ["refusals": .integer(wait.probes)])
    }

    /// What is about to be sent, so that a crash in between can be looked into.
    private func intent(_ facts: RunFacts, _ body: [UInt8]) -> JSONValue {
        [
            "idempotencyKey": .string(run.id), "bodySha256": .string(SHA256.hash(data: body).hexadecimal),
            "origin": .string(facts.origin), "tag": .string(facts.payload.tag ?? ""),
            "maxCalls": .integer(facts.payload.maxCalls), "complianceBypass": .bool(facts.payload.complianceBypass),
        ]
    }

    private func created(_ id: String, _ facts: inout RunFacts) async throws {
        facts.simulationID = id
        var row = row
        row.simulationId = id
        try await session.store.update(row)
        try await trail.write(.dispatch, "success", simulationID: id)
        session.observe(.step("slot 1 of \(facts.scenario.limits.maxActiveSimulations)"))
        session.observe(.step("dispatched \(id)"))
        // An interruption that came while the create was under way was not heard by it.
        if run.interruption.isRequested { throw Interrupted() }
    }

    /// A create whose answer is lost is looked for once more, unhurried by an interruption; then it stays unknown.
    private func reconcile(_ error: ClientError, _ facts: inout RunFacts) async throws {
        if run.interruption.isRequested, client.capabilities.listsByTag, let tag = facts.payload.tag,
            let found = try? await client.list(tag: tag, until: client.timeline.after(.seconds(5)))
                .first(where: { $0.tag == tag })
        {
            return try await created(found.id, &facts)
        }
        try await trail.write(.dispatch, "unknown", error: client.remoteText("\(error)").description)
        throw error
    }

    private func track(_ id: String, _ facts: inout RunFacts) async throws {
        let wake = wake
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
            try await trail.write(.slot, "released", simulationID: id)
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

extension SHA256.Digest {
    /// The digest in hexadecimal.
    fileprivate var hexadecimal: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
