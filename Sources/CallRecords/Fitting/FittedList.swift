package import DialerEngine
import Statistics

/// Who is called, and how often, as the records show it.
package struct FittedList: Sendable {
    /// The list of a scenario.
    package var list: ContactList
    /// From how many repeated attempts each retry comes; an ending of fewer than 20 has no retry.
    package var repeats: [ContactList.Ending: Int]
    /// The contacts that had more attempts than ``ContactList/maxAttempts``.
    package var beyond: Int

    /// The fewest repeats that a retry is taken from.
    package static let fewestRepeats = 20

    /// Reads the list off the records; nil if they say nothing of contacts.
    package init?(_ summary: CallSummary) {
        guard let contacts = summary.contacts, contacts.contacts > 0 else { return nil }
        let bounds = ContactList.contactBounds
        let most = min(max(1, contacts.usualMost), ContactList.attemptBounds.upperBound)
        list = ContactList(contacts: min(contacts.contacts, bounds.upperBound), maxAttempts: most)
        repeats = contacts.retryDelays.mapValues(\.count)
        for (ending, delays) in contacts.retryDelays where delays.count >= Self.fewestRepeats && most > 1 {
            list.retry[ending] = delays.quantile(0.5)
        }
        beyond = contacts.attempts.reduce(0) { $0 + ($1.key > most ? $1.value : 0) }
    }
}
