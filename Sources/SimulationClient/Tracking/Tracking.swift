public import SimulationAPI

/// How the tracking of a simulation ended.
public enum TrackingEnd: Hashable, Sendable {
    /// The simulation ended: completed, failed or cancelled.
    case ended(SimulationStatus)
    /// The deadline came first; with what was seen last.
    case timedOut(last: SimulationStatus?)
}

/// What the tracking of a simulation showed.
public struct Tracking: Sendable {
    /// How it ended.
    public var end: TrackingEnd
    /// What was odd on the way: states in an impossible order, words that are not known.
    public var notes: [String]
    /// Those of the notes that tell of states in an impossible order.
    public var illegalProgressions: [String] = []
    /// How often the simulation was asked for.
    public var polls: Int
    /// The failure of the last poll, where it failed; says why the time ran out.
    public var lastError: ClientError?
}
