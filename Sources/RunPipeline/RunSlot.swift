import ExactJSON
import HTTPExchange
import RingbackHome
import RunStore
import SimulationAPI
import SimulationClient

/// The slot of one run, in the pool of an organisation that all runs of a home share.
///
/// A run holds its slot until its simulation is seen ended. The slot of a run that is over stays occupied until a waiting
/// run has looked at the simulation, or for one with the run's tag if no id is known. If it cannot be seen, the slot is
/// given up after ``hold``: the API itself refuses a simulation too many.
struct RunSlot: Sendable {
    let store: RunStore
    let home: Home
    let client: SimulationClient
    /// Origin and organisation.
    let pool: String
    let capacity: Int
    /// How long a slot stays occupied after its simulation was last known.
    let hold: Duration
    let runID: String
    /// The scenario's tag.
    let tag: String
    let wireTag: String
    let now: @Sendable () -> Timestamp
    /// Draws the jitter, from 0..<1.
    var chance: @Sendable () -> Double = { .random(in: 0..<1) }

    /// After this time a create that shows no simulation has not made one.
    private static let settlingMs: Int64 = 60_000

    /// - Parameters:
    ///   - onFreed: gets the run whose slot was freed, and whether the slot was given up.
    ///   - onWaiting: gets the place in the queue, whenever it changes.
    /// - Throws: `ClientError` if the time is up or the run is interrupted.
    func take(
        until deadline: Timeline.Instant,
        onFreed: (_ ticket: SlotTicket, _ isGivenUp: Bool) async throws -> Void,
        onWaiting: (SlotPlace) async throws -> Void
    ) async throws {
        try await store.queue(pool: pool, runID: runID, tag: tag, wireTag: wireTag)
        var watch = SlotWatch(deadline: deadline)
        while true {
            let decision = try await store.takeSlot(runID: runID, capacity: capacity)
            if decision == .missing {
                try await store.queue(pool: pool, runID: runID, tag: tag, wireTag: wireTag)
                continue
            }
            switch watch.looked(try await place(decision), now: client.timeline.now, chance: chance()) {
            case .hold: return
            case .fail(let error): throw error
            case .wait(let until, let report, let inspects):
                if let report { try await onWaiting(report) }
                if inspects {
                    try await inspectOrphans(until: deadline, onFreed)
                    watch.inspected(now: client.timeline.now)
                }
                do { try await client.timeline.sleep(until: until) } catch {
                    throw ClientError(.cancelled, "interrupted while waiting for a slot")
                }
            }
        }
    }

    /// Notes that a create is about to be sent.
    ///
    /// - Returns: false if the run has no slot any more: it stood still, and another run took it for dead.
    func intend() async throws -> Bool {
        let moment = try await moment()
        return try await store.updateTicket(of: runID) { $0.intendedAt = moment.milliseconds }
    }

    func created(_ id: String) async throws {
        try await store.updateTicket(of: runID) { $0.simulationId = id }
    }

    /// The number of the slot that the run holds, from 1; `nil` if it holds none.
    func number() async throws -> Int? { try await store.tickets(pool: pool).first { $0.runId == runID }?.slot }

    func release() async throws { try await store.releaseSlot(of: runID) }

    /// `nil` if the run holds a slot.
    private func place(_ decision: SlotDecision) async throws -> SlotPlace? {
        guard case .waiting(let ahead, let holders) = decision else { return nil }
        var named: [SlotPlace.Holder] = []
        for holder in holders {
            named.append(SlotPlace.Holder(runID: holder.runId, isOver: try await !store.isAlive(holder.runId)))
        }
        return SlotPlace(ahead: ahead, holders: named)
    }

    /// Frees the slots of runs that are over and whose simulations have ended, never began, or can no longer be seen.
    private func inspectOrphans(
        until deadline: Timeline.Instant,
        _ onFreed: (SlotTicket, Bool) async throws -> Void
    ) async throws {
        for ticket in try await store.tickets(pool: pool) where ticket.held {
            guard try await !store.isAlive(ticket.runId) else { continue }
            let isGivenUp: Bool
            let now = try await moment()
            switch await sight(of: ticket, at: now, until: deadline) {
            case .over: isGivenUp = false
            case .running(let id):
                // Rarely written: each write waits its turn.
                guard
                    age(of: ticket, at: now) > min(.milliseconds(Self.settlingMs), hold / 2)
                        || id != ticket.simulationId
                else { continue }
                let seenAt = now.milliseconds
                try await store.updateTicket(of: ticket.runId) { ($0.simulationId, $0.intendedAt) = (id, seenAt) }
                continue
            case .unseen:
                guard age(of: ticket, at: now) > hold else { continue }
                isGivenUp = true
            }
            guard try await store.releaseSlot(ofDead: ticket) else { continue }
            try await onFreed(ticket, isGivenUp)
        }
    }

    /// The time since the ticket's simulation was last known.
    private func age(of ticket: SlotTicket, at now: Timestamp) -> Duration {
        .milliseconds(now.milliseconds - (ticket.intendedAt ?? now.milliseconds))
    }

    /// The time on the clock that all runs of the pool share.
    private func moment() async throws -> Timestamp { try await store.isShared ? store.now() : now() }

    /// What can be seen of the simulation of a run that is over.
    private enum Sight {
        case over
        case running(String)
        case unseen
    }

    private func sight(of ticket: SlotTicket, at now: Timestamp, until deadline: Timeline.Instant) async -> Sight {
        guard ticket.intendedAt != nil else { return .over }
        let found: SimulationStatus
        do throws(ClientError) {
            if let id = ticket.simulationId {
                found = try await client.status(of: id, until: deadline)
            } else {
                guard client.capabilities.listByTag else { return .unseen }
                let listed = try await client.list(tag: ticket.wireTag, until: deadline)
                guard let match = listed.first(where: { $0.tag == ticket.wireTag }) else {
                    return age(of: ticket, at: now) > .milliseconds(Self.settlingMs) ? .over : .unseen
                }
                found = match
            }
        } catch {
            return ticket.simulationId != nil && error.status == 404 ? .over : .unseen
        }
        return found.state?.isTerminal == true ? .over : .running(found.id)
    }
}

/// Decides after each look at the queue what a waiting run does next; it does not sleep and knows no store.
struct SlotWatch {
    enum Step {
        case hold
        /// Look again then; before that, report the place if it has changed, and inspect the slots of runs that are over if
        /// that is due.
        case wait(until: Timeline.Instant, report: SlotPlace?, inspects: Bool)
        case fail(ClientError)
    }

    /// The longest time between two looks at the queue; jitter takes up to half of it away.
    static let pause = Duration.milliseconds(250)
    /// The time between two inspections.
    static let inspectionPause = Duration.seconds(2)

    private let deadline: Timeline.Instant
    private var reported: SlotPlace?
    private var nextInspection: Timeline.Instant?

    init(deadline: Timeline.Instant) { self.deadline = deadline }

    /// The queue was looked at; `place` is `nil` if the run holds a slot, and `chance` a draw from 0..<1.
    mutating func looked(_ place: SlotPlace?, now: Timeline.Instant, chance: Double) -> Step {
        guard let place else { return .hold }
        guard now < deadline else {
            return .fail(ClientError(.timedOut, "no slot was free when the time was up (\(place))"))
        }
        let (until, inspects) = (now.advanced(by: Self.pause * (0.5 + chance / 2)), nextInspection.map { $0 <= now })
        defer { reported = place }
        return .wait(until: until, report: reported == place ? nil : place, inspects: inspects ?? true)
    }

    mutating func inspected(now: Timeline.Instant) { nextInspection = now.advanced(by: Self.inspectionPause) }
}
