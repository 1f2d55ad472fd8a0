import ExactJSON
import RingbackHome
import RunStore
import SimulationAPI
import SimulationClient

/// Where a run gets one of the organisation's slots, shared by all runs of a home.
///
/// A slot is held until its simulation is seen ended. That of a run whose process died stays occupied until somebody who
/// waits has looked: at the simulation, or for one of the run's tag where no id is known.
struct SlotDesk: Sendable {
    let store: RunStore
    let home: Home
    let client: SimulationClient
    /// Origin and organisation.
    let pool: String
    /// The slots of the pool.
    let capacity: Int
    let runID: String
    /// The scenario's tag.
    let tag: String
    /// The tag of the simulation.
    let wireTag: String

    /// The time between two looks at the queue, at most.
    private static let pause = Duration.milliseconds(250)
    /// The time between two looks at slots of dead runs.
    private static let inspection = Duration.seconds(2)
    /// After this time a create that shows no simulation has made none.
    private static let settlingMs: Int64 = 60_000

    /// Waits for a slot.
    ///
    /// - Parameter onWaiting: told how many runs are ahead, whenever that changes.
    /// - Throws: `ClientError` where the time is up or the run is interrupted.
    func take(until deadline: Timeline.Instant, onWaiting: (Int) async throws -> Void) async throws {
        try await store.queue(pool: pool, runID: runID, tag: tag, wireTag: wireTag)
        var told: Int?
        var nextInspection = client.timeline.now
        while true {
            let home = home
            let decision = try await store.takeSlot(runID: runID, capacity: capacity) { id in
                RunLock.isHeld(home, runID: id)
            }
            guard case .waiting(let ahead) = decision else { return }
            if told != ahead {
                told = ahead
                try await onWaiting(ahead)
            }
            let now = client.timeline.now
            guard now < deadline else {
                throw ClientError(.timedOut, "no slot was free when the time was up; \(ahead) runs were ahead")
            }
            if now >= nextInspection {
                try await inspectOrphans(until: deadline)
                nextInspection = client.timeline.now.advanced(by: Self.inspection)
            }
            do {
                let wait = Self.pause * Double.random(in: 0.5...1)
                try await client.timeline.sleep(until: client.timeline.now.advanced(by: wait))
            } catch {
                throw ClientError(.cancelled, "interrupted while waiting for a slot")
            }
        }
    }

    /// Notes that a create is about to be sent.
    func intend(at moment: Timestamp) async throws {
        try await store.updateTicket(of: runID) { $0.intendedAt = moment.milliseconds }
    }

    /// Notes which simulation the slot is for.
    func created(_ id: String) async throws {
        try await store.updateTicket(of: runID) { $0.simulationId = id }
    }

    /// Gives the slot back.
    func release() async throws { try await store.releaseSlot(of: runID) }

    /// Frees the slots of dead runs whose simulations have ended, or never began.
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
            return WallClock.now.milliseconds - intendedAt > Self.settlingMs
        }
        try await store.updateTicket(of: ticket.runId) { $0.simulationId = found.id }
        return found.state?.isTerminal == true
    }
}
