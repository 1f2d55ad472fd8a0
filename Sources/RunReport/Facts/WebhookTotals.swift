/// How many events a run's receiver took, and of which kind.
public struct WebhookTotals: Hashable, Sendable {
    /// Deliveries that were answered with 200, duplicates included.
    public var received: Int = 0
    /// Different events of the run's own simulation.
    public var unique: Int = 0
    /// Deliveries whose `webhook-id` had come before.
    public var duplicates: Int = 0
    /// Events that came after the final event of their call.
    public var late: Int = 0
    /// Events of simulations that are not the run's.
    public var unknown: Int = 0
    /// Signed deliveries that were no event, kept in quarantine.
    public var quarantined: Int = 0
    /// Deliveries that were refused, with a bad signature say.
    public var rejected: Int = 0
    /// Calls that were attempted and have no final event.
    public var lost: Int = 0
    /// Whether signatures were demanded.
    public var signed: Bool = true

    /// Nothing received.
    public init() {}
}
