/// Who is called: a number of contacts, how often each is tried, and after how long.
///
/// Contacts are tried in order. A contact is *reached* when a person was connected with an agent, and *done* when it is
/// reached, after ``maxAttempts``, or when an attempt ended in a way that has no retry.
public struct ContactList: Hashable, Sendable {
    /// The numbers of contacts that there may be.
    public static let contactBounds = 1...10_000_000
    /// The numbers of attempts for a contact that there may be.
    public static let attemptBounds = 1...1_000_000

    /// How an attempt ended whose contact was not reached.
    public enum Ending: String, Hashable, Sendable, CaseIterable {
        /// The line was busy.
        case busySignal
        /// Nobody answered.
        case noAnswer
        /// A voicemail took the call.
        case voicemail
        /// The line gave a dial tone.
        case dialTone
        /// A person answered and was not served, or was taken for a machine.
        case abandoned
    }

    /// The number of contacts.
    public var contacts: Int
    /// The most attempts for a contact; nil for as many as its retries allow.
    public var maxAttempts: Int?
    /// The seconds from the end of an attempt until its contact is due again; an ending without an entry has no retry.
    public var retry: [Ending: Double]

    /// Creates a list.
    public init(contacts: Int, maxAttempts: Int? = nil, retry: [Ending: Double] = [:]) {
        (self.contacts, self.maxAttempts, self.retry) = (contacts, maxAttempts, retry)
    }
}

extension ContactList {
    func validate() throws(SimulationError) {
        try SimulationError.require(
            Self.contactBounds.contains(contacts),
            "a list has between 1 and 10,000,000 contacts"
        )
        try SimulationError.require(
            Self.attemptBounds.contains(maxAttempts ?? 1),
            "a contact gets at least one attempt"
        )
        for (ending, seconds) in retry {
            try SimulationError.require("the retry after \(ending.rawValue)", seconds, .duration)
        }
    }
}
