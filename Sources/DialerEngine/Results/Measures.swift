/// What the metrics of a span of simulated time are computed from; additive, so that spans and replications can be joined.
///
/// Calls are those dialled after the warm-up, until they end; activity is that between the warm-up and the end of
/// dialling.
public struct Measures: Hashable, Sendable {
    /// The calls.
    public var calls = CallTotals()
    /// The time of all agents, in seconds.
    public var agentSeconds = 0.0
    /// Talk and wrap-up of all agents, in seconds.
    public var busySeconds = 0.0
    /// Talk of all agents, in seconds.
    public var talkSeconds = 0.0
    /// Completed idle periods, the sum in seconds.
    public var idleSeconds = 0.0
    /// The number of completed idle periods.
    public var idlePeriods = 0
    /// Persons connected with an agent.
    public var connects = 0
    /// Calls dialled.
    public var dials = 0

    /// Creates measures of nothing.
    public init() {}

    /// Persons answered and not served, abandoned calls and false positives, as a share of answered calls.
    public var abandonmentRate: Double {
        Double(calls.abandoned + calls.falsePositives) / Double(calls.answered)
    }
    /// Talk and wrap-up as a share of the agents' time.
    public var occupancy: Double { busySeconds / agentSeconds }
    /// Persons connected per agent and hour.
    public var connectsPerAgentHour: Double { 3600 * Double(connects) / agentSeconds }
    /// Calls dialled per agent and hour.
    public var dialsPerAgentHour: Double { 3600 * Double(dials) / agentSeconds }
    /// Minutes of talk per agent and hour.
    public var talkMinutesPerAgentHour: Double { 60 * talkSeconds / agentSeconds }
    /// The mean seconds from answer to connection, abandonment or drop.
    public var meanWait: Double { calls.waitSeconds / Double(calls.answered) }
    /// The mean length of a completed idle period, in seconds.
    public var meanIdlePeriod: Double { idleSeconds / Double(idlePeriods) }

    /// Adds.
    public static func += (left: inout Measures, right: Measures) { left.add(right, times: 1) }

    /// Takes away.
    public static func -= (left: inout Measures, right: Measures) { left.add(right, times: -1) }

    private mutating func add(_ other: Measures, times factor: Int) {
        calls.add(other.calls, times: factor)
        idlePeriods += factor * other.idlePeriods
        connects += factor * other.connects
        dials += factor * other.dials
        agentSeconds += Double(factor) * other.agentSeconds
        busySeconds += Double(factor) * other.busySeconds
        talkSeconds += Double(factor) * other.talkSeconds
        idleSeconds += Double(factor) * other.idleSeconds
    }
}
