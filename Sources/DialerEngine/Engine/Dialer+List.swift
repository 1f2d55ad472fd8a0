internal import DiscreteEvents

/// Contacts are taken from a list, and tried again.
extension Dialer {
    /// Takes the contact that is called next; nil if none is due, and then the dialer looks again when one is.
    mutating func nextContact() -> Int32? {
        if let contact = contacts.take(at: now) { return contact }
        if let due = contacts.nextDue(at: now) { lookForContact(at: due) }
        return nil
    }

    private mutating func lookForContact(at time: Double) {
        guard time < nextLook else { return }
        nextLook = time
        queue.push(.contactDue, at: time, rank: Rank.ticks)
    }

    @inline(never)
    mutating func contactReached() {
        contacts.reached(at: now)
        endDiallingIfExhausted()
    }

    /// An attempt ended, and its contact was not reached.
    @inline(never)
    mutating func contactNotReached(_ id: CallID) {
        let ending = ContactList.Ending(calls[id].plan.outcome)
        if let due = contacts.ended(calls[id].contact, ending, at: now) {
            // A dialer that waits for a contact may be served earlier than it expects.
            if nextLook < .infinity { lookForContact(at: due) }
        } else {
            endDiallingIfExhausted()
        }
    }

    private mutating func endDiallingIfExhausted() {
        guard isDialling, contacts.isExhausted else { return }
        isOnShift = true
        endDialling()
        idleAfterStart = activity.dutySeconds(until: now)
    }

    /// What became of the contacts, at the end of the replication.
    var listCount: ListCount {
        var count = contacts.count
        if count.exhaustedAt != nil, let start = idleAfterStart {
            count.idleAfterSeconds = activity.dutySeconds(until: now) - start
        }
        return count
    }
}
