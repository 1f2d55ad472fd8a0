/// The law by which a dialer decides how many calls to place.
///
/// A policy is a value: its state is a function of the views it has been shown, and equal states and views give equal
/// answers. It is asked at the start and after every event that changes agents, lines or waiting calls, once per event,
/// after waiting calls have been served.
protocol PacingPolicy: Sendable {
    /// Whether the policy wants to see when each line was dialled and each busy agent was connected.
    static var watchesAges: Bool { get }
    /// Whether the end of a conversation can change an answer: the policy counts conversations, or looks at the time.
    static var watchesTalk: Bool { get }
    /// The seconds between ticks; `nil` without.
    var tickInterval: Double? { get }
    /// The rate of an open loop in calls per second; `nil` for a policy that reacts to the contact centre.
    var arrivalsPerSecond: Double? { get }
    /// Returns the largest number of calls at a time (ringing, waiting, talking) for a number of agents; nil if the policy sets no bound.
    func mostCalls(agents: Int) -> Int?
    /// Takes note of the start of a day, before the first question of the day.
    mutating func startDay(_ view: PacingView)
    /// Returns the number of calls to place now; negative counts as 0.
    ///
    /// Trunks are not the policy's concern: calls without one are not placed.
    mutating func callsToPlace(_ view: PacingView) -> Int
}

// Most policies count calls and agents only, react to changes, and keep nothing of the day.
extension PacingPolicy {
    static var watchesAges: Bool { false }
    var tickInterval: Double? { nil }
    var arrivalsPerSecond: Double? { nil }
    func mostCalls(agents: Int) -> Int? { nil }
    mutating func startDay(_ view: PacingView) {}
}
