import ExactJSON
import Monitors
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import SimulationClient
import Synchronization
import Webhooks

extension RunPass {
    /// Waits for events that are still under way: until every attempted call has ended, or nothing has come for a
    /// while and the target has nothing left to send.
    func drain(_ id: String, _ facts: inout RunFacts) async {
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

    /// Waits for the monitors as long as the scenario wants it, and tells what has become of the events there.
    func settleMonitors(_ facts: inout RunFacts) async {
        do {
            try await wait(for: monitors.ofEvents)
            facts.monitors = try await monitors.totals()
            if !monitors.ofMessages.isEmpty {
                // The message tells the verdict, so it can only be judged afterwards whether it arrived.
                facts.finishedAt = WallClock.now
                try await monitors.announce(RunResult(judging: facts))
                try await wait(for: monitors.ofMessages)
                facts.monitors = try await monitors.totals()
            }
        } catch {
            facts.notes.append("what became of the events at the monitors is not known: \(error)")
        }
        if let error = monitors.forwarder.storageError {
            facts.notes.append("forwarding to the monitors stopped: \(error)")
        }
    }

    /// Waits for required monitors until they have everything or the time is up, for the others one drain.
    func wait(for waited: [ForwardedMonitor]) async throws {
        let drain = client.timeline.after(run.options.drain ?? run.target.drain)
        try await monitors.settle(waited, required: deadline, others: min(deadline, drain), on: client.timeline)
    }

    /// Demands that events could be stored to the end: those that came since are not kept, so nothing can be judged.
    func requireInbox() throws(RunError) {
        guard let reason = inbox.stopReason else { return }
        throw RunError(
            .storage,
            "events could not be stored any more: \(reason); look at the disk of \(run.homePath), then start the run again"
        )
    }

    /// Folds what came into totals.
    func fold(_ id: String, _ facts: inout RunFacts) async {
        let counts = inbox.counts
        let events = counts.events[id] ?? 0
        facts.webhooks.received = counts.received - counts.quarantined
        facts.webhooks.unique = events
        facts.webhooks.duplicates = counts.duplicates
        facts.webhooks.unknown = counts.events.values.reduce(0, +) - events
        facts.webhooks.quarantined = counts.quarantined
        facts.webhooks.rejected = reception.receiver.rejected
        facts.webhooks.lost = max(0, (facts.status?.callsAttempted ?? 0) - (counts.endedCalls[id] ?? 0))
        do {
            let span = try await session.store.eventSpan(run: row.rowID, simulationID: id)
            let scenario = run.scenario
            let longestWaits = scenario.compliance.map { scenario.longestWait(of: $0) }
            let fold = Shared(CallFold(span: span, longestWaits: longestWaits))
            try await session.store.eachEventByCall(run: row.rowID, simulationID: id) { event in
                fold.change { $0.add(event) }
            }
            fold.change { $0.closeEvents() }
            try await session.store.eachCallBoundary(run: row.rowID, simulationID: id) { boundary in
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
}

/// A value that closures on other threads change in turn.
private final class Shared<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value { state.withLock { $0 } }

    func change(_ update: (inout Value) -> Void) { state.withLock { update(&$0) } }
}
