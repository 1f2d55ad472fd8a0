import HTTPExchange
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import SimulationClient
import Synchronization
import Webhooks

extension RunExecution {
    /// Waits for events that are still on their way, then folds all events into totals.
    func drain(_ id: String, _ facts: inout RunFacts) async {
        var state = DrainState(
            began: client.timeline.now,
            deadline: deadline,
            quiet: run.options.drain ?? run.target.drain,
            attempted: facts.status?.callsAttempted ?? 0,
            pending: facts.status?.webhooks?.pending
        )
        drain: while !run.interruption.isRequested {
            if await !gathers(), client.timeline.now < state.deadline {
                // What other machines have is not known, so that a quiet time says nothing.
                try? await client.timeline.sleep(until: client.timeline.after(.milliseconds(500)))
                state.restartQuiet(at: client.timeline.now)
                continue
            }
            let counts = inbox.counts
            let (ended, now) = (counts.endedCalls[id] ?? 0, client.timeline.now)
            switch state.next(received: counts.received, ended: ended, now: now) {
            case .end: break drain
            case .wait(let instant): try? await client.timeline.sleep(until: instant)
            case .readStatus:
                guard let status = try? await client.status(of: id, until: state.deadline) else { continue }
                facts.status = status
                state.pending = status.webhooks?.pending
            }
        }
        await fold(id, &facts)
    }

    /// Takes over what has come to other machines; returns whether that was possible.
    private func gathers() async -> Bool {
        do { try await reception.gather() } catch { return false }
        return true
    }

    /// Says that the run failed on this machine if events could not be stored to its end: without them nothing is judged.
    ///
    /// An unknown outcome stays one, because a simulation may still run.
    func requireInbox(_ facts: inout RunFacts) {
        guard let reason = inbox.stopReason else { return }
        if case .outcomeUnknown = facts.ending { return }
        facts.ending = .failedLocally(
            "events could not be stored any more: \(reason); look at the disk of \(run.homePath), then start the run again"
        )
    }

    /// Folds the stored events into totals.
    func fold(_ id: String, _ facts: inout RunFacts) async {
        let counts = inbox.counts
        let events = counts.events[id] ?? 0
        facts.webhooks.received = counts.received
        facts.webhooks.unique = events
        facts.webhooks.duplicates = counts.duplicates
        facts.webhooks.unknown = counts.events.values.reduce(0, +) - events
        facts.webhooks.quarantined = counts.quarantined
        facts.webhooks.rejected = reception.rejected()
        facts.webhooks.lost = max(0, (facts.status?.callsAttempted ?? 0) - (counts.endedCalls[id] ?? 0))
        do {
            let (store, scenario) = (session.store, run.scenario)
            let span = try await store.eventSpan(run: row.rowID, simulationID: id)
            let longestWaits = scenario.compliance.map { scenario.longestWait(of: $0) }
            let start = facts.status?.createdAt ?? span?.lowerBound ?? facts.startedAt
            let schedule = facts.sendsExtensions ? ScheduleClock(scenario, start: start) : nil
            (facts.calls, facts.webhooks.late) = try await store.rereading {
                // The closures of the store change the fold one after another, on other threads.
                let fold = Mutex(CallFold(span: span, longestWaits: longestWaits, schedule: schedule))
                try await store.eachEventByCall(run: row.rowID, simulationID: id) { event in
                    fold.withLock { $0.add(event) }
                }
                fold.withLock { $0.closeEvents() }
                try await store.eachCallBoundary(run: row.rowID, simulationID: id) { boundary in
                    fold.withLock { $0.add(boundary) }
                }
                return fold.withLock { fold in
                    fold.closeBoundaries()
                    return (fold.totals, fold.lateEvents)
                }
            }
        } catch {
            facts.notes.append("the stored events could not be read: \(error)")
            facts.webhooks.lost = max(facts.webhooks.lost, 1)
        }
    }
}

/// Decides how long a run waits for events after its simulation has ended; it does not sleep and knows no network.
///
/// The wait ends when every attempted call has its final event, or when nothing has come for a while and the target has
/// nothing left to send.
struct DrainState {
    enum Step: Equatable {
        /// Look at the inbox again then.
        case wait(until: Timeline.Instant)
        /// Read the status, and set ``DrainState/pending``.
        case readStatus
        case end
    }

    /// The time between two looks at the inbox.
    static let pause = Duration.milliseconds(20)
    /// The time between two reads of the status.
    static let statusPause = Duration.milliseconds(500)
    /// The part of the run's time that is left to the aggregation.
    static let reserve = Duration.seconds(2)

    /// The webhooks that the target has still to send; `nil` if its status does not say.
    var pending: Int?
    /// When the drain ends, whatever is still missing.
    let deadline: Timeline.Instant
    private let quiet: Duration
    private let attempted: Int
    private var received: Int?
    private var quietSince: Timeline.Instant
    private var statusRead: Timeline.Instant

    /// - Parameter deadline: the end of the whole run's time.
    init(began: Timeline.Instant, deadline: Timeline.Instant, quiet: Duration, attempted: Int, pending: Int?) {
        (quietSince, statusRead) = (began, began)
        self.deadline = deadline.advanced(by: .zero - Self.reserve)
        (self.quiet, self.attempted, self.pending) = (quiet, attempted, pending)
    }

    /// It is not known what has come, so that a quiet time begins anew.
    mutating func restartQuiet(at now: Timeline.Instant) { quietSince = now }

    /// The inbox was looked at: it has this many deliveries, and the final events of this many calls.
    mutating func next(received: Int, ended: Int, now: Timeline.Instant) -> Step {
        if ended >= attempted || now >= deadline { return .end }
        defer { self.received = received }
        if let last = self.received, last != received {
            quietSince = now
        } else if quietSince.duration(to: now) >= quiet, pending ?? 0 == 0 {
            return .end
        }
        if pending != nil, statusRead.duration(to: now) >= Self.statusPause {
            statusRead = now
            return .readStatus
        }
        return .wait(until: now.advanced(by: Self.pause))
    }
}
