/// What kept agents idle: the limit that stopped the dialling while they waited for a call.
public enum PacingLimit: String, Hashable, Sendable, CaseIterable {
    /// The pacing policy wanted no more calls.
    case level
    /// All lines of the contact centre were in use.
    case lines
    /// As many calls were up as the organisation allows.
    case organization
    /// No contact of the list was due.
    case list
    /// All lines were in use that an entry of the schedule leaves.
    case schedule
}

/// The idle time of agents while there was dialling, by the limit that was in force.
public struct IdleCauses: Hashable, Sendable {
    private var times: InlineArray<5, Double> = [0, 0, 0, 0, 0]

    /// Creates times of 0.
    public init() {}

    /// The idle time of all agents under a limit, in seconds.
    public internal(set) subscript(limit: PacingLimit) -> Double {
        get { times[limit.index] }
        set { times[limit.index] = newValue }
    }

    /// The idle time of all agents, in seconds.
    public var total: Double { PacingLimit.allCases.reduce(0) { $0 + self[$1] } }

    /// Adds.
    public static func += (left: inout IdleCauses, right: IdleCauses) {
        for limit in PacingLimit.allCases { left[limit] += right[limit] }
    }

    /// Whether all times are equal.
    public static func == (left: IdleCauses, right: IdleCauses) -> Bool {
        PacingLimit.allCases.allSatisfy { left[$0] == right[$0] }
    }

    /// Feeds all times to a hasher.
    public func hash(into hasher: inout Hasher) {
        for limit in PacingLimit.allCases { hasher.combine(self[limit]) }
    }
}

extension PacingLimit {
    fileprivate var index: Int {
        switch self {
        case .level: 0
        case .lines: 1
        case .organization: 2
        case .list: 3
        case .schedule: 4
        }
    }
}
