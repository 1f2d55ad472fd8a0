import AuditLog
import ExactJSON
import HTTPExchange
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import SimulationClient
import Synchronization
import Webhooks

/// A run from its token to its verdict, once everything that it needs is open.
struct RunExecution: Sendable {
    let session: RunSession
    let client: SimulationClient
    let reception: EventReception
    let deadline: Timeline.Instant
    let isSigned: Bool
    let row: StoredRun
    let listen: ListenAddress
    let monitors: RunMonitors
    /// `nil` if the run has the target to itself.
    let slot: RunSlot?

    /// The time limit for requests that tidy up after the run's own time limit; files get what is left of 5 s.
    static let grace = Duration.seconds(4)

    var run: Run { session.run }
    var trail: AuditTrail { session.trail }
    var inbox: Inbox { reception.inbox }

    /// - Throws: ``RunError`` if the records of the run could not be kept.
    func result(_ initial: RunFacts) async throws -> RunResult {
        try await RunError.wrapping(.storage, "the run's records could not be kept: ") {
            var facts = initial
            try await begin(&facts)
            await simulate(&facts)
            try requireStaying()
            requireInbox(&facts)
            return try await close(try await settleMonitors(facts))
        }
    }

    /// Fails if the run is to be left as it is, for another process to resume.
    func requireStaying() throws(RunError) {
        guard run.interruption.isLeaving else { return }
        throw RunError(.left, "the run \(run.id) was left, and can be resumed")
    }

    /// Fails if the run is to be left after its simulation has ended.
    ///
    /// A run whose sandbox ends with this process cannot be resumed, so it is judged now.
    func requireStayingToTheEnd() throws(RunError) {
        if row.target != .sandbox { try requireStaying() }
    }

    private func begin(_ facts: inout RunFacts) async throws {
        facts.webhooks.signed = isSigned
        let extensions = facts.payload.extensions.names
        facts.sendsExtensions = client.capabilities.extensions
        if !facts.sendsExtensions, !extensions.isEmpty {
            let verbs = extensions.count == 1 ? ("is a member", "is") : ("are members", "are")
            let others = extensions.dropLast().joined(separator: ", ")
            let names = [others, extensions.last ?? ""].filter { !$0.isEmpty }.joined(separator: " and ")
            facts.notes.append("\(names) \(verbs.0) of the sandbox alone and \(verbs.1) not sent to this target")
        }
        session.observe(.began(facts))
        if run.resumption == nil {
            try await trail.write(.validation, "passed", payload: ["scenario": .masked(facts.scenario.name)])
            try await keepIntent(of: facts, at: nil)
            session.observe(.step(.validated))
        } else {
            try await trail.write(.recovered, "resumed", simulationID: row.simulationId)
            // Known from the beginning, so that a failure can cancel the simulation or report that it may still run.
            facts.simulationID = row.simulationId
            session.observe(.step(.resumed))
        }
        CrashPoint.afterValidation.reach()
    }

    /// Goes through the simulation; an error becomes the ending of the facts.
    private func simulate(_ facts: inout RunFacts) async {
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
            // Another worker has the run and its simulation, which are no longer this one's to stop.
            if error.isLostLease { run.leave() }
            if run.interruption.isLeaving { return }
            await stop(for: error, &facts)
        }
    }

    private func authenticate(_ facts: inout RunFacts) async throws {
        let missing: [String]
        do {
            missing = try await interruptibly { try await client.authenticate(until: deadline) }
        } catch {
            try await trail.write(.dispatch, "failed", error: masked(error))
            throw error
        }
        let lack = missing.isEmpty ? nil : "the token was granted without \(missing.joined(separator: ", "))"
        for note in [lack, client.tokenOddity].compactMap(\.self) {
            facts.notes.append(note)
            session.observe(.warning(note))
        }
        session.observe(.step(.token))
    }

    private func track(_ id: String, _ facts: inout RunFacts) async throws {
        let (wake, started, maxCalls) = (reception.wake, client.timeline.now, facts.payload.maxCalls)
        let (observe, inbox, client, deadline) = (session.observe, inbox, client, deadline)
        let latest = Mutex<SimulationStatus?>(nil)
        let interval = run.options.pollInterval ?? run.target.pollInterval
        defer { facts.status = latest.withLock { $0 } ?? facts.status }
        let tracking = try await interruptibly {
            try await client.track(id: id, until: deadline, pollInterval: interval, wakenBy: wake) { status in
                let last = latest.withLock { state in
                    defer { state = status }
                    return state
                }
                if status.state == nil, status.stateWord != last?.stateWord {
                    observe(.warning("\(status.unknownState); it is asked again until it ends or the time is up"))
                }
                let progress = RunProgress(
                    step: status.stateWord,
                    attempted: status.callsAttempted,
                    maxCalls: maxCalls,
                    events: inbox.counts.events[id] ?? 0,
                    elapsedSeconds: started.duration(to: client.timeline.now) / .seconds(1)
                )
                observe(.progress(progress))
            }
        }
        facts.illegalProgressions = tracking.illegalProgressions
        facts.notes += tracking.notes.filter { !tracking.illegalProgressions.contains($0) }
        switch tracking.end {
        case .ended(let status):
            facts.ending = .ended
            latest.withLock { $0 = status }
            let errors = status.errors.map { "\($0.code): \($0.message)" }.joined(separator: "; ")
            try await trail.write(
                .tracking,
                [.completed, .cancelled].contains(status.state) ? status.stateWord : "failed",
                simulationID: id,
                payload: status.auditPayload,
                error: errors.isEmpty ? nil : client.remoteText(errors).description
            )
            try await releaseSlot(id)
        case .timedOut(let last):
            latest.withLock { $0 = last ?? $0 }
            let state = last.flatMap { $0.state == nil ? "; \($0.unknownState)" : nil } ?? ""
            // A poll for which no time was left says nothing.
            let failure = tracking.lastError.flatMap { $0.wasSent || $0.code != .timedOut ? $0 : nil }
            let reason = failure.map { "; the last poll failed: \($0.message)" } ?? ""
            var error = ClientError(
                .timedOut,
                "the simulation had not ended when the time was up\(state)\(reason)",
                remedy: failure?.remedy ?? ""
            )
            error.requestID = failure?.requestID
            throw error
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
            facts.aggregation = error.wasSent ? .refused("\(error)") : .notSent("\(error)")
            let ending = error.wasSent ? "failed" : "not sent"
            try await trail.write(.metrics, ending, simulationID: id, error: masked(error))
            if error.code == .cancelled { throw error }
        }
    }

    /// The text of an error for the audit log: bounded, without secrets and telephone numbers.
    ///
    /// In an error of the client the words of the other side are masked of secrets already. The rest of it is ours, and a
    /// secret that happens to be one of our words does not make it unreadable.
    func masked(_ error: any Error) -> String {
        guard let error = error as? ClientError else { return client.remoteText("\(error)").description }
        let ids = [run.id, error.requestID, row.simulationId].compactMap(\.self)
        return RemoteText("\(error)", keeping: ids).description
    }
}

extension Error {
    /// Whether another worker has taken over what this one worked on.
    package var isLostLease: Bool { self is LeaseLostError || (self as? RunError)?.cause is LeaseLostError }
}

extension SimulationStatus {
    /// A state that this program has no word for.
    var unknownState: String { "the simulation is in the state \"\(stateWord)\", which is not known" }

    /// The part of a status that the audit log has.
    var auditPayload: JSONValue {
        [
            "state": .string(String(stateWord.prefix(40))), "callsAttempted": .integer(callsAttempted),
            "callsCompleted": .integer(callsCompleted), "complianceBypassed": .bool(complianceBypassed),
        ]
    }
}
