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
    /// An interval of the day's course ends.
    case intervalEnd
    /// The shift ends; dialling stops.
    case shiftEnd
    /// Agents of a roster come on duty, or return from a break.
    case arrivalOfAgents
    /// Agents of a roster leave, or a break is due.
    case departureOfAgents
    /// An entry of the schedule is in force from here.
    case scheduleEntry(Int32)
    /// The next contact of a list is due.
    case contactDue
}

/// The order of events of the same instant; within a rank they keep the order of insertion.
enum Rank {
    /// Agents become free, come on duty or return.
    static let agents: UInt64 = 0
    /// Agents leave or begin a break.
    static let departures: UInt64 = 1
    static let patience: UInt64 = 2
    /// Attempts, decisions of answering-machine detection, arrivals.
    static let attempts: UInt64 = 3
    /// Ticks and the ends of spans.
    static let ticks: UInt64 = 4
}
