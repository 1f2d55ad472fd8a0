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
    let deadline: Timeline.Instant
    let acceptsExtensions: Bool
    let isSigned: Bool
    let row: StoredRun

    /// How long tidying up may take after the time is up.
    private static let grace = Duration.seconds(10)

    var run: Run { session.run }
    var trail: AuditTrail { session.trail }

    func carryOut(_ initial: RunFacts) async throws -> RunResult {
        var facts = initial
        facts.webhooks.signed = isSigned
        session.observe(.began(facts))
        try await trail.write(.validation, "passed", payload: ["scenario": .string(facts.scenario.name)])
        session.observe(.step("scenario valid"))
        await pass(&facts)
        facts.finishedAt = WallClock.now
        let result = RunResult(judging: facts)
        try await RunFiles(directory: run.outputDirectory).write(
            result,
            command: run.options.command,
            store: session.store,
            run: row.number
        )
        try await close(result)
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

    // MARK: Token and create

    private func authenticate(_ facts: inout RunFacts) async throws {
        let missing = try await interruptibly { try await client.authenticate(until: deadline) }
        if !missing.isEmpty {
            let note = "the token was granted without \(missing.joined(separator: ", "))"
            facts.notes.append(note)
            session.observe(.warning(note))
        }
        session.observe(.step("token"))
        let limit = facts.scenario.limits.maxActiveSimulations
        try await trail.write(.slot, "acquired", payload: ["of": .integer(limit)])
        session.observe(.step("slot 1 of \(limit)"))
    }

    private func create(_ facts: inout RunFacts) async throws {
        let body = facts.payload.json(extensions: acceptsExtensions).bytes
        guard let key = IdempotencyKey(run.id) else { preconditionFailure("a run id is a key") }
        try await trail.write(
            .dispatchIntent,
            "intended",
            payload: [
                "idempotencyKey": .string(run.id), "bodySha256": .string(SHA256.hash(data: body).hexadecimal),
                "origin": .string(facts.origin), "tag": .string(facts.payload.tag ?? ""),
                "maxCalls": .integer(facts.payload.maxCalls), "complianceBypass": .bool(true),
            ]
        )
        let request = CreateRequest(body: body, key: key, tag: facts.payload.tag)
        let observe = session.observe
        let outcome: CreateOutcome
        do {
            outcome = try await interruptibly {
                try await client.create(request, until: deadline) { observe(.waitingForSlot($0)) }
            }
        } catch {
            try await trail.write(.dispatch, "failed", error: client.remoteText("\(error)").description)
            throw error
        }
        if let id = outcome.id {
            try await created(id, &facts)
        } else if case .unknown(let error) = outcome {
            try await reconcile(error, &facts)
        }
    }

    private func created(_ id: String, _ facts: inout RunFacts) async throws {
        facts.simulationID = id
        var row = row
        row.simulationId = id
        try await session.store.update(row)
        try await trail.write(.dispatch, "success", simulationID: id)
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

    // MARK: Tracking

    private func track(_ id: String, _ facts: inout RunFacts) async throws {
        let wake = WakeSignal()
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
        facts.illegalProgressions = tracking.notes
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

    // MARK: Events

    /// Waits for events that are still under way: until every attempted call has ended, or nothing has come for a
    /// while and the target has nothing left to send.
    private func drain(_ id: String, _ facts: inout RunFacts) async {
        let quiet = run.options.drain ?? run.target.drain
        let attempted = facts.status?.callsAttempted ?? 0
        let pause = Duration.milliseconds(20)
        var last = inbox.counts
        var quietSince = client.timeline.now
        var pending = facts.status?.webhooks?.pending
        var asked = client.timeline.now
        while client.timeline.now < deadline, !run.interruption.isRequested {
            let counts = inbox.counts
            if counts.endedCalls[id] ?? 0 >= attempted { break }
            let now = client.timeline.now
            if counts.received != last.received {
                (last, quietSince) = (counts, now)
            } else if quietSince.duration(to: now) >= quiet, pending ?? 0 == 0 {
                break
            }
            if pending != nil, asked.duration(to: now) >= .milliseconds(500) {
                asked = now
                if let status = try? await client.status(of: id, until: deadline) {
                    facts.status = status
                    pending = status.webhooks?.pending
                }
            }
            try? await client.timeline.sleep(until: now.advanced(by: pause))
        }
        await fold(id, &facts)
    }

    /// Folds what came into totals.
    private func fold(_ id: String, _ facts: inout RunFacts) async {
        let counts = inbox.counts
        let events = counts.events[id] ?? 0
        facts.webhooks.received = counts.received - counts.quarantined
        facts.webhooks.unique = events
        facts.webhooks.duplicates = counts.duplicates
        facts.webhooks.unknown = counts.events.values.reduce(0, +) - events
        facts.webhooks.quarantined = counts.quarantined
        facts.webhooks.rejected = receiver.rejected
        facts.webhooks.lost = max(0, (facts.status?.callsAttempted ?? 0) - (counts.endedCalls[id] ?? 0))
        guard let number = row.number else { return }
        do {
            let span = try await session.store.eventSpan(run: number, simulationID: id)
            let fold = Shared(CallFold(span: span))
            try await session.store.eachEventByCall(run: number, simulationID: id) { event in
                fold.change { $0.add(event) }
            }
            fold.change { $0.closeEvents() }
            try await session.store.eachCallBoundary(run: number, simulationID: id) { boundary in
                fold.change { $0.add(boundary) }
            }
            fold.change { $0.closeBoundaries() }
            facts.calls = fold.value.totals
            facts.webhooks.late = fold.value.lateEvents
        } catch {
            facts.notes.append("the stored events could not be read: \(error)")
            facts.webhooks.lost = max(facts.webhooks.lost, 1)
        }
    }

    // MARK: Metrics

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

    // MARK: Stopping

    /// The user asked to stop while nothing could hear it.
    private struct Interrupted: Error {}

    private func interruptibly<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await run.interruption.interrupting { () async -> Result<Value, any Error> in
            do { return .success(try await work()) } catch { return .failure(error) }
        }.get()
    }

    private func stop(for error: any Error, _ facts: inout RunFacts) async {
        let isInterruption = error is Interrupted || run.interruption.isRequested
        let code = (error as? ClientError)?.code
        if facts.ending != .ended {
            facts.ending =
                if code == .outcomeUnknown {
                    .outcomeUnknown("\(error)")
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
        if facts.status?.state?.isTerminal == true { try? await trail.write(.slot, "released", simulationID: id) }
    }

    /// Records the verdict.
    private func close(_ result: RunResult) async throws {
        let state: String =
            switch (result.exitCode, result.verdict) {
            case (.pass, _): "passed"
            case (.inconclusive, _): "inconclusive"
            case (.timedOut, _): "cancelled"
            case (.outcomeUnknown, _): "unknown"
            case (.refused, _), (.usage, _): "errored"
            case (.assertionFailed, _): "failed"
            }
        var row = row
        row.simulationId = result.facts.simulationID
        row.state = state
        row.finishedAt = result.facts.finishedAt.milliseconds
        row.exitCode = result.exitCode.rawValue
        try await session.store.update(row)
        try await trail.write(
            .verdict,
            result.verdict.rawValue,
            simulationID: result.facts.simulationID,
            payload: [
                "exitCode": .integer(result.exitCode.rawValue),
                "failed": .array(result.assertions.filter { $0.verdict == .fail }.map { .string($0.name) }),
            ]
        )
    }
}

/// A value that closures on other threads change in turn.
private final class Shared<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value { state.withLock { $0 } }

    func change(_ update: (inout Value) -> Void) { state.withLock { update(&$0) } }
}

extension SimulationStatus {
    /// What the audit log keeps of a status.
    fileprivate var auditPayload: JSONValue {
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
