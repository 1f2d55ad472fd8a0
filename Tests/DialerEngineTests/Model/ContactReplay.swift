import DialerEngine

/// Contacts of a list as a trace tells of them, held to the list.
struct ContactReplay {
    private struct Contact {
        var attempts = 0
        var isOpen = false
        var isReached = false
        /// When it may be tried again; infinite if it is done.
        var due = 0.0
    }

    private let list: ContactList
    private var contacts: [Int: Contact] = [:]
    /// The contacts that are to be tried again.
    private var retries: [(due: Double, place: Int)] = []
    private var exhaustedAt = 0.0
    /// What no list allows.
    private(set) var faults: [String] = []

    init(_ list: ContactList) { self.list = list }

    mutating func take(_ event: TraceEvent) {
        guard event.attempt != nil, event.kind != .blocked else { return }
        guard let place = event.contact, (0..<list.contacts).contains(place) else {
            return faults.append("an attempt without a contact of the list at \(event.time)")
        }
        var contact = contacts[place] ?? Contact()
        switch event.kind {
        case .dialled:
            if contact.attempts == 0, place != contacts.count {
                faults.append("\(place) is not the next fresh contact")
            }
            if contact.isOpen { faults.append("\(place) is called twice at a time") }
            if event.time < contact.due { faults.append("\(place) is tried early at \(event.time)") }
            // Fresh contacts are due from the start; a retry goes first, the earliest due, then the lowest.
            retries.removeAll { $0.place == place }
            let first = retries.filter { $0.due <= event.time }.min { $0 < $1 }
            if let first, contact.attempts == 0 || first < (contact.due, place) {
                faults.append("\(place) is tried before \(first.place) at \(event.time)")
            }
            contact.attempts += 1
            contact.isOpen = true
        case .connected where event.outcome == .answered:
            contact.isReached = true
            end(&contact, nil, at: event.time)
        case .falsePositive: end(&contact, .abandoned, at: event.time)
        case .abandoned: end(&contact, event.outcome == .answered ? .abandoned : .voicemail, at: event.time)
        case .talkEnded where event.outcome == .voicemail: end(&contact, .voicemail, at: event.time)
        case .ended:
            let endings: [AttemptOutcome: ContactList.Ending] = [
                .busy: .busySignal, .noAnswer: .noAnswer, .voicemail: .voicemail, .dialTone: .dialTone,
            ]
            end(&contact, event.outcome.flatMap { endings[$0] }, at: event.time)
        default: break
        }
        if contacts[place]?.isOpen ?? false, !contact.isOpen, contact.due < .infinity {
            retries.append((contact.due, place))
        }
        contacts[place] = contact
    }

    private mutating func end(_ contact: inout Contact, _ ending: ContactList.Ending?, at now: Double) {
        contact.isOpen = false
        let delay = ending.flatMap { list.retry[$0] } ?? .infinity
        contact.due = contact.attempts < list.maxAttempts ?? .max ? now + delay : .infinity
        if contact.due == .infinity { exhaustedAt = now }
    }

    /// What differs from the engine's own count, and every fault.
    func differences(from count: ListCount) -> [String] {
        let done = contacts.values.count { $0.due == .infinity }
        let mine = [
            "attempted": contacts.count, "attempts": contacts.values.reduce(0) { $0 + $1.attempts },
            "reached": contacts.values.count(where: \.isReached), "done": done, "open": list.contacts - done,
        ]
        let engine = [
            "attempted": count.attempted, "attempts": count.attempts, "reached": count.reached, "done": count.done,
            "open": count.open,
        ]
        let end = done == list.contacts ? exhaustedAt : nil
        return faults + mine.filter { engine[$0.key] != $0.value }.map { "\($0.key) \($0.value)" }
            + (end == count.exhaustedAt ? [] : ["exhausted at \(end ?? -1)"])
    }
}
