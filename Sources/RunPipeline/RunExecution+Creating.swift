import AuditLog
import Crypto
import ExactJSON
import HTTPExchange
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import SimulationClient
import Synchronization
import Webhooks

/// Creates the simulation: a slot, the intent, the create, and what to do if its answer is lost.
extension RunExecution {
    /// Creates the simulation; a resumed run may find the one that it has.
    func create(_ facts: inout RunFacts) async throws {
        if let resumption = run.resumption, resumption.mayHaveCreated {
            if let id = resumption.row.simulationId { return try await created(id, &facts) }
            let isKeyGood = client.capabilities.idempotencyKeys && resumption.isKeyFresh(at: session.now())
            guard isKeyGood else { return try await find(&facts) }
        }
        try await takeSlot(&facts)
        CrashPoint.afterSlot.reach()
        let body = run.resumption.map { Array($0.intent.body.utf8) } ?? body(of: facts)
        guard let key = IdempotencyKey(run.id) else { preconditionFailure("a run id is a key") }
        CrashPoint.beforeIntent.reach()
        // Durable before the first byte leaves, so that a resumed run knows that a create may have been sent.
        let now = run.resumption?.intent.intendedAt.map { Timestamp(milliseconds: $0) } ?? session.now()
        while try await slot?.intend() == false { try await takeSlot(&facts) }
        try await keepIntent(of: facts, at: now)
        try await trail.write(.dispatchIntent, "intended", payload: intent(facts, body))
        CrashPoint.afterIntent.reach()
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
            try await trail.write(.dispatch, "failed", error: masked(error))
            if !mayHaveCreated { try await releaseSlot() }
            throw error
        }
        CrashPoint.afterCreate.reach()
        facts.simulationID = outcome.id  // first of all, so that a failure from here on can cancel it
        try await recordQueue(lastWait.withLock { $0 })
        if let id = outcome.id {
            try await created(id, &facts)
        } else if case .unknown(let error) = outcome {
            try await reconcile(error, &facts)
        }
    }

    /// Whether an earlier process of the run may have created a simulation.
    var mayHaveCreated: Bool { run.resumption?.mayHaveCreated == true }

    private func body(of facts: RunFacts) -> [UInt8] {
        facts.payload.json(extensions: client.capabilities.extensions).bytes
    }

    /// Stores what is needed to resume the run after its process has died.
    func keepIntent(of facts: RunFacts, at moment: Timestamp?) async throws {
        var intent = RunIntent(
            scenario: facts.scenario.source,
            body: String(decoding: body(of: facts), as: UTF8.self),
            listen: listen,
            outputDirectory: run.outputDirectory
        )
        if let resumption = run.resumption { intent.body = resumption.intent.body }
        intent.intendedAt = moment?.milliseconds
        var row = row
        row.intent = intent.text
        try await session.store.update(row)
    }

    /// Waits for one of the slots that all runs of the home share.
    private func takeSlot(_ facts: inout RunFacts) async throws {
        if let slot {
            do {
                try await interruptibly { [trail, session, deadline] in
                    try await slot.take(until: deadline) { ticket, isGivenUp in
                        try await trail.of(ticket.runId).write(
                            .slot,
                            isGivenUp ? "given up" : "released",
                            simulationID: ticket.simulationId
                        )
                        guard isGivenUp else { return }
                        session.observe(
                            .warning(
                                "the slot of the run \(ticket.runId) was given up: its simulation could not be seen for "
                                    + "limits.slotHold (\(slot.hold.text))"
                            )
                        )
                    } onWaiting: { place in
                        let holders = place.holders.map { JSONValue.string($0.runID) }
                        let payload: JSONValue = ["ahead": .integer(place.ahead), "holders": .array(holders)]
                        try await trail.write(.slot, "queued", payload: payload)
                        session.observe(.waitingBehind(place))
                    }
                }
            } catch {
                if !mayHaveCreated { try await slot.release() }
                throw error
            }
        }
        try await trail.write(.slot, "acquired", payload: ["of": .integer(facts.scenario.limits.maxActiveSimulations)])
    }

    /// Gives the slot back, if the simulation has ended or was never created.
    func releaseSlot(_ id: String? = nil) async throws {
        try await slot?.release()
        try await trail.write(.slot, "released", simulationID: id)
    }

    /// Looks for the simulation of a resumed run by its tag: a create that may have been sent is not sent again.
    private func find(_ facts: inout RunFacts) async throws {
        let tag = facts.payload.tag ?? ""
        let unknown = ClientError(
            .outcomeUnknown,
            "the simulation may have been created before the run's process died; look for the tag \(tag) and the key "
                + "\(run.id)"
        )
        // If the list cannot be read, the outcome stays unknown, whatever the reason.
        let listed =
            client.capabilities.listByTag
            ? try? await interruptibly({ try await client.list(tag: tag, until: deadline) }) : nil
        guard let found = listed?.first(where: { $0.tag == tag }) else { return try await reconcile(unknown, &facts) }
        try await created(found.id, &facts)
    }

    /// Records that the run had to wait until the organisation had a free slot.
    private func recordQueue(_ wait: SlotWait?) async throws {
        guard let wait else { return }
        try await trail.write(.slot, "queued", payload: ["refusals": .integer(wait.probes)])
    }

    /// A summary of what is about to be sent, for the investigation of a crash in between.
    private func intent(_ facts: RunFacts, _ body: [UInt8]) -> JSONValue {
        [
            "idempotencyKey": .string(run.id), "bodySha256": .string(Hexadecimal.text(SHA256.hash(data: body))),
            "campaignId": .string(facts.payload.campaignID), "origin": .string(facts.origin),
            "tag": .masked(facts.payload.tag ?? "", keeping: [run.id]),
            "maxCalls": .integer(facts.payload.maxCalls), "complianceBypass": .bool(facts.payload.complianceBypass),
        ]
    }

    private func created(_ id: String, _ facts: inout RunFacts) async throws {
        facts.simulationID = id
        inbox.markKnown(id)
        // First, so that other machines know copies of the events that the run takes over.
        try await session.store.setSimulation(id, of: run.id)
        try await reception.route(id)
        try await slot?.created(id)
        try await trail.write(.dispatch, "success", simulationID: id)
        // A run that has the target to itself holds the first slot; a resumed run may have lost its own.
        let number = slot == nil ? 1 : try await slot?.number()
        if let number {
            session.observe(.step(.slot(number: number, of: facts.scenario.limits.maxActiveSimulations)))
        }
        session.observe(.step(.dispatched(id)))
        // The create does not notice an interruption that comes while it is under way.
        if run.interruption.isRequested { throw Interrupted() }
    }

    /// Looks once more for a simulation whose create was interrupted; if it is not found, the outcome stays unknown.
    private func reconcile(_ error: ClientError, _ facts: inout RunFacts) async throws {
        if run.interruption.isRequested, client.capabilities.listByTag, let tag = facts.payload.tag,
            let found = try? await client.list(tag: tag, until: client.timeline.after(.seconds(5)))
                .first(where: { $0.tag == tag })
        {
            return try await created(found.id, &facts)
        }
        try await trail.write(.dispatch, "unknown", error: masked(error))
        throw error
    }
}
