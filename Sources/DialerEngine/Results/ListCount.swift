/// What became of the contacts of a list in one replication.
///
/// `done` includes the contacts that were reached; the others are open.
public struct ListCount: Hashable, Sendable {
    /// All contacts.
    public let contacts: Int
    /// Contacts that were tried at least once.
    public internal(set) var attempted = 0
    /// Attempts for all of them.
    public internal(set) var attempts = 0
    /// Contacts of whom a person was connected with an agent.
    public internal(set) var reached = 0
    /// Contacts that are not tried again.
    public internal(set) var done = 0
    /// The moment at which nothing could become due any more, in virtual seconds; nil while contacts are open.
    public internal(set) var exhaustedAt: Double?
    /// The time of all agents on duty after that moment, in seconds.
    public internal(set) var idleAfterSeconds = 0.0

    init(contacts: Int) { self.contacts = contacts }

    /// Contacts that could be tried again.
    public var open: Int { contacts - done }
}
