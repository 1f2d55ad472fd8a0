import ExactJSON
import HTTPExchange
import RingbackHome
import RunStore
import SimulationAPI
import SimulationClient

/// The slot of one run, in the pool of an organisation that all runs of a home share.
///
/// A run holds its slot until its simulation is seen ended. The slot of a run whose process died stays occupied until a
/// waiting run has looked at the simulation, or for one with the run's tag if no id is known.
struct RunSlot: Sendable {
    let store: RunStore
    let home: Home
    let client: SimulationClient
    /// Origin and organisation.
    let pool: String
    let capacity: Int
    let runID: String
    /// The scenario's tag.
    let tag: String
    let wireTag: String
    let now: @Sendable () -> Timestamp
    /// Draws the jitter, from 0..<1.
    var chance: @Sendable () -> Double = { .random(in: 0..<1) }

    /// After this time a create that shows no simulation has not made one.
    private static let settlingMs: Int64 = 60_000

    /// - Parameter onWaiting: gets the number of runs that are ahead, whenever it changes.
    /// - Throws: `ClientError` if the time is up or the run is interrupted.
    func take(until deadline: Timeline.Instant, onWaiting: (Int) async throws -> Void) async throws {
        try await store.queue(pool: pool, runID: runID, tag: tag, wireTag: wireTag)
        var watch = SlotWatch(deadline: deadline)
        while true {
            let home = home
            let decision = try await store.takeSlot(runID: runID, capacity: capacity) { id in
                RunLock.isHeld(home, runID: id)
            }
            switch watch.looked(decision, now: client.timeline.now, chance: chance()) {
            case .hold: return
            case .fail(let error): throw error
            case .wait(let until, let report, let inspects):
                if let report { try await onWaiting(report) }
                if inspects {
                    try await inspectOrphans(until: deadline)
                    watch.inspected(now: client.timeline.now)
                }
                do { try await client.timeline.sleep(until: until) } catch {
                    throw ClientError(.cancelled, "interrupted while waiting for a slot")
                }
            }
        }
    }

    func intend(at moment: Timestamp) async throws {
        try await store.updateTicket(of: runID) { $0.intendedAt = moment.milliseconds }
    }

    func created(_ id: String) async throws {
        try await store.updateTicket(of: runID) { $0.simulationId = id }
    }

    /// The number of the slot that the run holds, from 1; `nil` if it holds none.
    func number() async throws -> Int? { try await store.tickets(pool: pool).first { $0.runId == runID }?.slot }

    func release() async throws { try await store.releaseSlot(of: runID) }

    /// Frees the slots of dead runs whose simulations have ended or never began.
    private func inspectOrphans(until deadline: Timeline.Instant) async throws {
        let tickets = try await store.tickets(pool: pool)
        for ticket in tickets where ticket.held && !RunLock.isHeld(home, runID: ticket.runId) {
            if try await isOver(ticket, until: deadline) { try await store.releaseSlot(of: ticket.runId) }
        }
    }

    private func isOver(_ ticket: SlotTicket, until deadline: Timeline.Instant) async throws -> Bool {
        guard let intendedAt = ticket.intendedAt else { return true }
        if let id = ticket.simulationId {
            do throws(ClientError) {
                return try await client.status(of: id, until: deadline).state?.isTerminal == true
            } catch {
                return error.status == 404
            }
        }
        guard let listed = try? await client.list(tag: ticket.wireTag, until: deadline) else { return false }
        guard let found = listed.first(where: { $0.tag == ticket.wireTag }) else {
            return now().milliseconds - intendedAt > Self.settlingMs
        }
        try await store.updateTicket(of: ticket.runId) { $0.simulationId = found.id }
        return found.state?.isTerminal == true
    }
}

/// Decides after each look at the queue what a waiting run does next; it does not sleep and knows no store.
struct SlotWatch {
    enum Step {
        case hold
        /// Look again then; before that, report the number of runs ahead if it has changed, and inspect the slots of dead
        /// runs if that is due.
        case wait(until: Timeline.Instant, report: Int?, inspects: Bool)
        case fail(ClientError)
    }

    /// The longest time between two looks at the queue; jitter takes up to half of it away.
    static let pause = Duration.milliseconds(250)
    /// The time between two inspections.
    static let inspectionPause = Duration.seconds(2)

    private let deadline: Timeline.Instant
    private var reported: Int?
    private var nextInspection: Timeline.Instant?

    init(deadline: Timeline.Instant) { self.deadline = deadline }

    /// The queue was looked at; `chance` is a draw from 0..<1.
    mutating func looked(_ decision: SlotDecision, now: Timeline.Instant, chance: Double) -> Step {
        guard case .waiting(let ahead) = decision else { return .hold }
        guard now < deadline else {
            return .fail(ClientError(.timedOut, "no slot was free when the time was up; \(ahead) runs were ahead"))
        }
        let (until, inspects) = (now.advanced(by: Self.pause * (0.5 + chance / 2)), nextInspection.map { $0 <= now })
        defer { reported = ahead }
        return .wait(until: until, report: reported == ahead ? nil : ahead, inspects: inspects ?? true)
    }

    mutating func inspected(now: Timeline.Instant) { nextInspection = now.advanced(by: Self.inspectionPause) }
}
