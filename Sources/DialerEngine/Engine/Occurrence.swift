/// What happens at a moment of virtual time.
enum Occurrence: BitwiseCopyable {
    /// A line gets its outcome.
    case resolution(CallID)
    /// Answering-machine detection has decided.
    case detection(CallID)
    /// The patience of a waiting call ends.
    case patienceEnd(CallID)
    /// A conversation ends; its line is free.
    case talkEnd(CallID)
    /// An agent has finished the work after a conversation.
    case wrapEnd(CallID)
    /// A call of an open loop is due.
    case arrival
    /// The pacing policy's interval has passed.
    case tick
    /// The warm-up of the day ends.
    case warmUpEnd
    /// The course of the replication is cut here.
    case sample
    /// The shift ends; dialling stops.
    case shiftEnd
}

/// The order of events of the same instant; within a rank they keep the order of insertion.
enum Rank {
    static let agents: UInt64 = 0
    static let patience: UInt64 = 1
    /// Attempts, decisions of answering-machine detection, arrivals.
    static let attempts: UInt64 = 2
    /// Ticks and the ends of spans.
    static let ticks: UInt64 = 3
}
