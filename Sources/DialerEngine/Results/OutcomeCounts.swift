/// The number of call attempts by outcome.
public struct OutcomeCounts: Hashable, Sendable {
    private var counts: InlineArray<5, Int> = [0, 0, 0, 0, 0]

    /// The number of attempts with an outcome.
    public subscript(outcome: AttemptOutcome) -> Int {
        @inline(__always) get { counts[Int(outcome.rawValue)] }
        @inline(__always) set { counts[Int(outcome.rawValue)] = newValue }
    }

    /// The number of attempts with any outcome.
    public var total: Int { counts[0] + counts[1] + counts[2] + counts[3] + counts[4] }

    /// Whether all counts are equal.
    public static func == (left: OutcomeCounts, right: OutcomeCounts) -> Bool {
        AttemptOutcome.allCases.allSatisfy { left[$0] == right[$0] }
    }

    /// Feeds all counts to a hasher.
    public func hash(into hasher: inout Hasher) {
        for outcome in AttemptOutcome.allCases { hasher.combine(self[outcome]) }
    }

    mutating func add(_ other: OutcomeCounts, times factor: Int) {
        for outcome in AttemptOutcome.allCases { self[outcome] += factor * other[outcome] }
    }
}
