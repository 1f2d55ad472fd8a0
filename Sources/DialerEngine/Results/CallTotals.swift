/// Counts of calls and sums over them.
///
/// At any moment `attempted = outcomes.total + in flight` and
/// `answered = connected + abandoned + falsePositives + waiting or under analysis`.
package struct CallTotals: Hashable, Sendable {
    /// Calls dialled.
    package var attempted = 0
    /// Calls of an open loop that found no trunk and were not dialled.
    package var blocked = 0
    /// Outcomes of the lines that are resolved.
    package var outcomes = OutcomeCounts()
    /// Persons who reached an agent.
    package var connected = 0
    /// Persons for whom no agent came in time.
    package var abandoned = 0
    /// Persons who were dropped as machines; they are abandoned calls too, but not in ``abandoned``.
    package var falsePositives = 0
    /// Machines that reached an agent.
    package var machinesConnected = 0
    /// Machines that waited for an agent and were dropped.
    package var machinesDropped = 0
    /// The sum of the seconds from answer to connection, abandonment or drop, over persons.
    package var waitSeconds = 0.0
    /// The sum of the seconds of conversation and wrap-up that agents were given.
    package var handlingSeconds = 0.0
    /// The sum of the seconds for which lines were held, until resolution, drop, abandonment or end of conversation.
    package var lineSeconds = 0.0

    /// Creates totals of 0.
    package init() {}

    /// Calls answered by a person.
    package var answered: Int { outcomes[.answer] }

    package static func += (left: inout CallTotals, right: CallTotals) {
        left.attempted += right.attempted
        left.blocked += right.blocked
        left.outcomes += right.outcomes
        left.connected += right.connected
        left.abandoned += right.abandoned
        left.falsePositives += right.falsePositives
        left.machinesConnected += right.machinesConnected
        left.machinesDropped += right.machinesDropped
        left.waitSeconds += right.waitSeconds
        left.handlingSeconds += right.handlingSeconds
        left.lineSeconds += right.lineSeconds
    }

    package static func -= (left: inout CallTotals, right: CallTotals) {
        left.attempted -= right.attempted
        left.blocked -= right.blocked
        left.outcomes -= right.outcomes
        left.connected -= right.connected
        left.abandoned -= right.abandoned
        left.falsePositives -= right.falsePositives
        left.machinesConnected -= right.machinesConnected
        left.machinesDropped -= right.machinesDropped
        left.waitSeconds -= right.waitSeconds
        left.handlingSeconds -= right.handlingSeconds
        left.lineSeconds -= right.lineSeconds
    }
}
