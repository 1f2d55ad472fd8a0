/// What a pacing policy may know at a moment: what a real dialer knows, and nothing of the future.
public struct PacingView {
    /// Why the policy is asked.
    public enum Occasion: Hashable, Sendable {
        /// Something changed: an agent, a line or a waiting call.
        case change
        /// The policy's own interval has passed.
        case tick
        /// A call of an open loop is due.
        case arrival
    }

    /// Why the policy is asked.
    public var occasion: Occasion
    /// The time in seconds since the start of the shift.
    public var time: Double
    /// Agents on duty, n.
    public var agents: Int
    /// Agents who wait for a call, f.
    public var freeAgents: Int
    /// Lines dialled and not yet resolved, j; with answering-machine detection also those under analysis.
    public var inFlight: Int
    /// Answered calls that wait for an agent, w.
    public var waiting: Int
    /// Calls with an agent; wrap-up does not count.
    public var talking: Int
    /// What has happened since the start of the campaign.
    public var tally: PacingTally
    /// Since when lines and agents are busy; empty unless the policy watches ages.
    var ages = ActivityAges.Lists()

    /// Creates a view without ages.
    public init(
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
public struct PacingTally: Hashable, Sendable {
    /// Calls dialled.
    public var dialled = 0
    /// Lines resolved, whatever their outcome.
    public var resolved = 0
    /// Calls that the dialer took for persons and that reached an agent or were abandoned.
    public var live = 0
    /// Calls that the dialer took for persons and that no agent took in time.
    public var abandoned = 0

    /// Creates counts of 0.
    public init() {}

    /// The counts since an earlier moment.
    public func since(_ earlier: PacingTally) -> PacingTally {
        var difference = PacingTally()
        difference.dialled = dialled - earlier.dialled
        difference.resolved = resolved - earlier.resolved
        difference.live = live - earlier.live
        difference.abandoned = abandoned - earlier.abandoned
        return difference
    }
}
