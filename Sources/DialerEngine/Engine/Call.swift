/// The place of a call in a ``CallPool``.
typealias CallID = Int32

/// A call from its dialling until its agent is ready again, or until its line is free.
struct Call: BitwiseCopyable {
    // What most events need stands first, in one cache line of 64 bytes; the rest fills a second one (``CallPool``).

    /// The outcome and the times that were drawn for it.
    var plan = AttemptPlan()
    /// 1 for a call that counts in the metrics, 0 for one of the warm-up.
    var group: UInt8 = 0
    /// Whether answering-machine detection listens to it.
    var isAnalysed = false
    /// The agent who has it; -1 before one has.
    var agent: Int32 = -1
    /// The moment of dialling, in virtual seconds.
    var dialledAt = 0.0
    var answeredAt = 0.0
    /// The next call in the line of waiting ones, or the next free place; -1 at the end.
    var next: CallID = -1
    /// The event at which its patience ends; -1 without.
    var patienceEvent: Int32 = -1
    /// The index of the attempt.
    var attempt: UInt64 = 0
    /// The moment at which an agent took it.
    var connectedAt = 0.0
    /// The number of the live call in the campaign.
    var liveNumber = 0
    /// The call before it in the line of waiting ones; -1 for the first.
    var previous: CallID = -1
    /// What comes between answer and agent.
    var screening = Screening()
    /// The contact that is called, as its place in the list; -1 without a list.
    var contact: Int32 = -1
    private var unused: Int32 = 0

    var isPerson: Bool { plan.outcome == .answered }
}
