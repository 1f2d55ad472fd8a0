package import DialerEngine
package import ExactJSON

/// What kept agents idle while there was dialling, as shares of their idle time.
package struct IdleFinding: Hashable, Sendable {
    /// The limits with their shares, the largest first.
    package let shares: [(limit: PacingLimit, share: Double)]

    /// The shares over several replications.
    package init(_ causes: [IdleCauses]) {
        var all = IdleCauses()
        for cause in causes { all += cause }
        let total = all.total
        self.init { total > 0 ? all[$0] / total : 0 }
    }

    /// The shares as a status names them.
    init(_ shares: [String: Double]) { self.init { shares[$0.rawValue] ?? 0 } }

    private init(_ share: (PacingLimit) -> Double) {
        shares = PacingLimit.allCases.map { (limit: $0, share: share($0)) }
            .filter { $0.share > 0 }.sorted { $0.share > $1.share }
    }

    /// One sentence that a manager can act on; nil if no agent was idle.
    package var sentence: String? {
        guard let first = shares.first else { return nil }
        let others = shares.dropFirst().filter { $0.share >= 0.005 }
            .map { ", the \($0.limit.words.noun) \(NumberText.percent($0.share))" }
        return "agents idle because \(first.limit.words.reason): \(NumberText.percent(first.share)) of their idle time"
            + others.joined()
    }

    package var json: JSONValue { .object(shares.map { .init($0.limit.rawValue, .double($0.share)) }) }

    package static func == (left: IdleFinding, right: IdleFinding) -> Bool {
        left.shares.elementsEqual(right.shares) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        for (limit, share) in shares {
            hasher.combine(limit)
            hasher.combine(share)
        }
    }
}

extension PacingLimit {
    /// The limit as a noun, and why agents idle under it.
    package var words: (noun: String, reason: String) {
        switch self {
        case .level: ("pacing", "the pacing dials no more calls at a time")
        case .lines: ("lines", "all lines are in use")
        case .organization: ("organisation's limit", "as many calls are up as the organisation allows")
        case .list: ("list", "no contact is due")
        case .schedule: ("schedule", "all lines are in use that the schedule leaves")
        }
    }
}
