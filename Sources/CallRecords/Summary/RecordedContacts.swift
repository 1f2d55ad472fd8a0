import DialerEngine
import Statistics

extension RecordSummarizer {
    /// Counts contacts and their attempts; nil if the records do not tell contacts apart.
    func countContacts() throws(RecordsError) -> ContactSummary? {
        let (rows, unusable) = contactColumn
        if unusable > 0 {
            let isTooMuch = unusable * 20 > rows
            warnings.append(
                RecordWarning(
                    "contact.unusable",
                    "\(unusable) of \(rows) attempts name no contact that can be told apart (empty, one repeated digit, or rounded "
                        + "by a spreadsheet)" + (isTooMuch ? "; above 5 % there is no list." : ".")
                )
            )
            if isTooMuch { return nil }
        }
        guard rows > unusable else { return nil }
        var attempts: [Int: Int] = [:]
        try forEachContact { attempts[$0.count, default: 0] += 1 }
        let contacts = attempts.values.reduce(0, +)
        var usualMost = 0
        var within = 0
        for (count, number) in attempts.sorted(by: { $0.key < $1.key }) {
            usualMost = count
            within += number
            if within * 100 >= contacts * 99 { break }
        }
        if within < contacts {
            let beyond = contacts - within
            warnings.append(
                RecordWarning(
                    "contact.outlier",
                    "\(beyond) of \(contacts) contacts \(beyond == 1 ? "was" : "were") called more often than \(usualMost) times, "
                        + "up to \(attempts.keys.max() ?? 0) times; 99 % were not."
                )
            )
        }
        var delays: [ContactList.Ending: Reservoir] = [:]
        var earlier: ContactSpan?
        try forEachContact(upTo: usualMost) { _ in
            earlier = nil
        } attempt: { span in
            if let before = earlier, Int(before.ending) < ContactList.Ending.allCases.count {
                let ending = ContactList.Ending.allCases[Int(before.ending)]
                let delay = span.start - before.start - Int64(before.length)
                // After a year nobody tries again; the date of one of the two is wrong.
                if (0...31_536_000_000).contains(delay) {
                    if delays[ending] == nil {
                        delays[ending] = Reservoir(seed: reader.input.seed ^ (200 + UInt64(before.ending)))
                    }
                    delays[ending]?.add(Int(delay))
                }
            }
            earlier = span
        }
        for (ending, delay) in delays.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where delay.isFull {
            fullReservoirs.append(("delays after \(ending.rawValue)", delay.count))
        }
        return ContactSummary(
            contacts: contacts,
            attempts: attempts,
            usualMost: usualMost,
            retryDelays: delays.mapValues(\.sample)
        )
    }

    /// Calls a function with each contact's number of attempts.
    private func forEachContact(_ body: ((contact: UInt64, count: Int)) -> Void) throws(RecordsError) {
        var current: (contact: UInt64, count: Int)?
        try contactSpans.forEach { span in
            if let contact = current?.contact, contact == span.contact {
                current?.count += 1
            } else {
                if let current { body(current) }
                current = (span.contact, 1)
            }
        }
        if let current { body(current) }
    }

    /// Calls functions with each contact that has few attempts, and with each of these.
    private func forEachContact(
        upTo most: Int,
        contact: (UInt64) -> Void,
        attempt: (ContactSpan) -> Void
    ) throws(RecordsError) {
        var held: [ContactSpan] = []
        var count = 0
        func flush() {
            guard let first = held.first else { return }
            if count <= most {
                contact(first.contact)
                for span in held { attempt(span) }
            }
            held.removeAll(keepingCapacity: true)
            count = 0
        }
        try contactSpans.forEach { span in
            if let first = held.first, first.contact != span.contact { flush() }
            count += 1
            // One more than there may be says enough.
            if held.count <= most { held.append(span) }
        }
        flush()
    }
}
