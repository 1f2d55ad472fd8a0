/// Counts the contacts that were attempted more often than a rule allows in any span of its length.
struct AttemptLimitRecorder {
    private let limit: ComplianceProfile.AttemptLimit
    /// The moments of the last attempts of each contact, the oldest first; at most as many as the rule allows.
    private var moments: [Int32: [Double]] = [:]
    private var over: Set<Int32> = []

    init(_ limit: ComplianceProfile.AttemptLimit) { self.limit = limit }

    /// The contacts that were attempted.
    var contacts: Int { moments.count }
    /// Those of them that were attempted too often.
    var contactsOver: Int { over.count }

    /// A span of seven days holds the attempts from its first moment until the moment seven days later, which is not in it.
    mutating func dialled(_ contact: Int32, at time: Double) {
        var last = moments[contact] ?? []
        if last.count == limit.attempts {
            if time - last[0] < limit.seconds { over.insert(contact) }
            last.removeFirst()
        }
        last.append(time)
        moments[contact] = last
    }
}
