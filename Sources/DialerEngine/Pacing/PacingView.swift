/// What a pacing policy may know at a moment: what a real dialer knows, and nothing of the future.
package struct PacingView {
    /// Why the policy is asked.
    package enum Occasion: Hashable, Sendable {
        /// Something changed: an agent, a line or a waiting call.
        case change
        /// The policy's own interval has passed.
        case tick
        /// A call of an open loop is due.
        case arrival
    }

    /// Why the policy is asked.
    package var occasion: Occasion
    /// The time in seconds since the start of the shift.
    package var time: Double
    /// Agents on duty, n.
    package var agents: Int
    /// Agents who wait for a call, f.
    package var freeAgents: Int
    /// Lines dialled and not yet resolved, j; with answering-machine detection also those under analysis.
    package var inFlight: Int
    /// Answered calls that wait for an agent, w.
    package var waiting: Int
    /// Calls with an agent; wrap-up does not count.
    package var talking: Int
    /// What has happened since the start of the campaign.
    package var tally: PacingTally
    /// Since when lines and agents are busy; empty unless the policy watches ages.
    var ages = ActivityAges.Lists()

    /// Creates a view without ages.
    package init(
        occasion: Occasion,
        time: Double,
        agents: Int,
        freeAgents: Int,
        inFlight: Int,
        waiting: Int,
        talking: Int,
        tally: PacingTally
    ) {
        self.occasion = occasion
        self.time = time
        self.agents = agents
        self.freeAgents = freeAgents
        self.inFlight = inFlight
        self.waiting = waiting
        self.talking = talking
        self.tally = tally
    }
}

/// Running counts that a dialer keeps of its campaign.
package struct PacingTally: Hashable, Sendable {
    /// Calls dialled.
    package var dialled = 0
    /// Lines resolved, whatever their outcome.
    package var resolved = 0
    /// Calls that the dialer took for persons and that reached an agent or were abandoned.
    package var live = 0
    /// Calls that the dialer took for persons and that no agent took in time.
    package var abandoned = 0

    /// Creates counts of 0.
    package init() {}

    /// The counts since an earlier moment.
    package func since(_ earlier: PacingTally) -> PacingTally {
        var difference = PacingTally()
        difference.dialled = dialled - earlier.dialled
        difference.resolved = resolved - earlier.resolved
        difference.live = live - earlier.live
        difference.abandoned = abandoned - earlier.abandoned
        return difference
    }
}
