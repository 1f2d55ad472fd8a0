/// What a pacing policy may know at a moment: what a real dialer knows, and nothing of the future.
struct PacingView {
    enum Occasion: Hashable, Sendable {
        /// Something changed: an agent, a line or a waiting call.
        case change
        /// The policy's own interval has passed.
        case tick
        /// A call of an open loop is due.
        case arrival
    }

    var occasion: Occasion
    /// The time in seconds since the start of the shift.
    var time: Double
    /// Agents on duty, n.
    var agents: Int
    /// Agents who wait for a call, f.
    var freeAgents: Int
    /// Lines dialled and not yet resolved, j; with answering-machine detection also those under analysis.
    var inFlight: Int
    /// Answered calls that wait for an agent, w.
    var waiting: Int
    /// Calls with an agent; wrap-up does not count.
    var talking: Int
    /// What has happened since the start of the campaign.
    var tally: PacingTally
    /// Since when lines and agents are busy; empty unless the policy watches ages.
    var ages = ActivityAges.Lists()

}

/// Running counts that a dialer keeps of its campaign.
struct PacingTally: Hashable, Sendable {
    var dialled = 0
    /// Lines resolved, whatever their outcome.
    var resolved = 0
    /// Calls that the dialer took for persons and that reached an agent or were abandoned.
    var live = 0
    /// Calls that the dialer took for persons and that no agent took in time.
    var abandoned = 0

    func since(_ earlier: PacingTally) -> PacingTally {
        PacingTally(
            dialled: dialled - earlier.dialled,
            resolved: resolved - earlier.resolved,
            live: live - earlier.live,
            abandoned: abandoned - earlier.abandoned
        )
    }
}
