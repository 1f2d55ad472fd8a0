/// Which contact is tried next, and what became of those that were tried.
///
/// A retry that is due goes before a fresh contact: the earliest due, then the lowest contact.
struct ContactQueue {
    /// A contact that is to be tried again.
    private struct Retry {
        var due: Double
        var contact: Int32

        func comesBefore(_ other: Retry) -> Bool { due < other.due || (due == other.due && contact < other.contact) }
    }

    private let list: ContactList
    private let delays: [Double]
    /// A binary heap, the next retry first.
    private var retries: [Retry] = []
    private var nextFresh = 0
    /// How often each contact was tried that has been tried.
    private var attempts: [Int32] = []
    /// What is known until now.
    private(set) var count: ListCount

    init(_ list: ContactList) {
        self.list = list
        delays = ContactList.Ending.allCases.map { list.retry[$0] ?? .infinity }
        count = ListCount(contacts: list.contacts)
    }

    /// Whether no contact can become due any more, and the fate of each is known.
    var isExhausted: Bool { count.done == list.contacts }

    /// The moment at which the next contact can be tried; nil if none is known.
    func nextDue(at now: Double) -> Double? {
        nextFresh < list.contacts ? now : retries.first.map { max(now, $0.due) }
    }

    /// Takes the contact to be tried now; nil if none is due.
    mutating func take(at now: Double) -> Int32? {
        let contact: Int32
        if let retry = retries.first, retry.due <= now {
            removeFirstRetry()
            contact = retry.contact
        } else if nextFresh < list.contacts {
            contact = Int32(nextFresh)
            nextFresh += 1
            attempts.append(0)
            count.attempted += 1
        } else {
            return nil
        }
        attempts[Int(contact)] += 1
        count.attempts += 1
        return contact
    }

    /// A person of this contact was connected with an agent.
    mutating func reached(at now: Double) {
        count.reached += 1
        done(at: now)
    }

    /// An attempt ended, and its contact was not reached.
    ///
    /// - Returns: When the contact is due again; nil if it is done.
    mutating func ended(_ contact: Int32, _ ending: ContactList.Ending, at now: Double) -> Double? {
        let delay = delays[Int(ending.index)]
        guard delay < .infinity, Int(attempts[Int(contact)]) < list.maxAttempts ?? .max else {
            done(at: now)
            return nil
        }
        insert(Retry(due: now + delay, contact: contact))
        return now + delay
    }

    private mutating func done(at now: Double) {
        count.done += 1
        if isExhausted { count.exhaustedAt = now }
    }

    private mutating func insert(_ retry: Retry) {
        retries.append(retry)
        var hole = retries.count - 1
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard retry.comesBefore(retries[parent]) else { break }
            retries[hole] = retries[parent]
            hole = parent
        }
        retries[hole] = retry
    }

    private mutating func removeFirstRetry() {
        let last = retries.removeLast()
        guard !retries.isEmpty else { return }
        var hole = 0
        while true {
            var child = 2 * hole + 1
            guard child < retries.count else { break }
            if child + 1 < retries.count, retries[child + 1].comesBefore(retries[child]) { child += 1 }
            guard retries[child].comesBefore(last) else { break }
            retries[hole] = retries[child]
            hole = child
        }
        retries[hole] = last
    }
}

extension ContactList.Ending {
    fileprivate var index: Int {
        switch self {
        case .busySignal: 0
        case .noAnswer: 1
        case .voicemail: 2
        case .dialTone: 3
        case .abandoned: 4
        }
    }

    /// How an attempt ended that no person answered.
    init(_ outcome: AttemptOutcome) {
        switch outcome {
        case .dialTone: self = .dialTone
        case .busy: self = .busySignal
        case .noAnswer: self = .noAnswer
        case .voicemail: self = .voicemail
        case .answered: self = .abandoned
        }
    }
}
