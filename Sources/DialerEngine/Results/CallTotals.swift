/// Counts of calls and sums over them.
///
/// At any moment `attempted = outcomes.total + in flight` and
/// `answered = connected + abandoned + falsePositives + waiting or under analysis`.
public struct CallTotals: Hashable, Sendable {
    /// Calls dialled.
    public var attempted = 0
    /// Calls of an open loop that found no trunk and were not dialled.
    public var blocked = 0
    /// Outcomes of the lines that are resolved.
    public var outcomes = OutcomeCounts()
    /// Persons who reached an agent.
    public var connected = 0
    /// Persons for whom no agent came in time.
    public var abandoned = 0
    /// Persons who were dropped as machines; they are abandoned calls too, but not in ``abandoned``.
    public var falsePositives = 0
    /// Machines that reached an agent.
    public var machinesConnected = 0
    /// Machines that waited for an agent and were dropped.
    public var machinesDropped = 0
    /// The sum of the seconds from answer to connection, abandonment or drop, over persons.
    public var waitSeconds = 0.0
    /// The sum of the seconds of conversation and wrap-up that agents were given.
    public var handlingSeconds = 0.0
    /// The sum of the seconds for which lines were held, until resolution, drop, abandonment or end of conversation.
    public var lineSeconds = 0.0

    /// Creates totals of 0.
    public init() {}

    /// Calls answered by a person.
    public var answered: Int { outcomes[.answered] }

    /// Adds.
    public static func += (left: inout CallTotals, right: CallTotals) { left.add(right, times: 1) }

    /// Takes away.
    public static func -= (left: inout CallTotals, right: CallTotals) { left.add(right, times: -1) }

    mutating func add(_ other: CallTotals, times factor: Int) {
        attempted += factor * other.attempted
        blocked += factor * other.blocked
        outcomes.add(other.outcomes, times: factor)
        connected += factor * other.connected
        abandoned += factor * other.abandoned
        falsePositives += factor * other.falsePositives
        machinesConnected += factor * other.machinesConnected
        machinesDropped += factor * other.machinesDropped
        waitSeconds += Double(factor) * other.waitSeconds
        handlingSeconds += Double(factor) * other.handlingSeconds
        lineSeconds += Double(factor) * other.lineSeconds
    }
}
