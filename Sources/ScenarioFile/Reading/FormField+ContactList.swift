import DialerEngine
import ExactJSON
import SimulationAPI

extension FormField {
    /// Who is called, and how often.
    func contactList() -> ContactList? {
        form { form in
            let contacts = form.required("contacts", ": how many there are")?.integer(in: ContactList.contactBounds)
            let most = form["maxAttempts"].map { $0.integer(in: ContactList.attemptBounds) }
            let retry = form["retry"].map { $0.retries() } ?? [:]
            guard let contacts, let retry else { return nil }
            if case .some(.some(let most)) = most, (most > 1) == retry.isEmpty {
                let field = form[most > 1 ? "maxAttempts" : "retry"]
                field?.warn(
                    .listInvalid,
                    most > 1
                        ? "maxAttempts has no effect without retry: no contact is tried again"
                        : "retry has no effect: maxAttempts allows one attempt"
                )
            }
            return ContactList(contacts: contacts, maxAttempts: most ?? nil, retry: retry)
        }
    }

    /// The seconds until a contact is tried again; outcomes with `never` are left out.
    private func retries() -> [ContactList.Ending: Double]? {
        form(of: "outcome") { form in
            var retry: [ContactList.Ending: Double] = [:]
            for ending in ContactList.Ending.allCases {
                guard let field = form[ending.rawValue], field.json != "never" else { continue }
                retry[ending] = field.duration(allowsZero: true, "never or \(DurationText.wanted)")
            }
            return retry
        }
    }

    /// Warns of retries after outcomes that cannot come up.
    func warnOfRetries(_ list: ContactList, in centers: [ContactCenter]) {
        for ending in ContactList.Ending.allCases where list.retry[ending] != nil {
            let outcome = ending.outcome
            guard centers.allSatisfy({ $0.outcomes[outcome] < OutcomeProbabilities.leastProbability }) else { continue }
            member("retry")?.member(ending.rawValue)?.warn(
                .listInvalid,
                "the retry after \(ending.rawValue) has no effect: its outcome has probability 0"
            )
        }
    }
}

extension ContactList.Ending {
    /// The outcome of the attempts that can end so.
    fileprivate var outcome: AttemptOutcome {
        switch self {
        case .busySignal: .busy
        case .noAnswer: .noAnswer
        case .voicemail: .voicemail
        case .dialTone: .dialTone
        case .abandoned: .answered
        }
    }
}
