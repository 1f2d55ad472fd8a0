package import DialerEngine
package import Statistics

/// Who was called, and how often.
package struct ContactSummary: Hashable, Sendable {
    /// The number of contacts.
    package var contacts: Int
    /// The number of contacts for each number of attempts.
    package var attempts: [Int: Int]
    /// The smallest number of attempts that 99 % of the contacts do not exceed.
    package var usualMost: Int
    /// The times from the end of an attempt to the next attempt of the same contact, by how the earlier one ended.
    ///
    /// Contacts beyond ``usualMost`` are left out.
    package var retryDelays: [ContactList.Ending: RoundedSample]

    package init(
        contacts: Int,
        attempts: [Int: Int],
        usualMost: Int,
        retryDelays: [ContactList.Ending: RoundedSample]
    ) {
        self.contacts = contacts
        self.attempts = attempts
        self.usualMost = usualMost
        self.retryDelays = retryDelays
    }
}
