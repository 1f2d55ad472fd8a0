/// The number of call attempts by outcome.
package struct OutcomeCounts: Hashable, Sendable {
    private var counts: InlineArray<5, Int> = [0, 0, 0, 0, 0]

    /// Creates counts of 0.
    package init() {}

    /// The number of attempts with an outcome.
    package subscript(outcome: AttemptOutcome) -> Int {
        @inline(__always) get { counts[Int(outcome.rawValue)] }
        @inline(__always) set { counts[Int(outcome.rawValue)] = newValue }
    }

    /// The number of attempts with any outcome.
    package var total: Int { counts[0] + counts[1] + counts[2] + counts[3] + counts[4] }

    package static func == (left: OutcomeCounts, right: OutcomeCounts) -> Bool {
        AttemptOutcome.allCases.allSatisfy { left[$0] == right[$0] }
    }

    package func hash(into hasher: inout Hasher) {
        for outcome in AttemptOutcome.allCases { hasher.combine(self[outcome]) }
    }

    package static func += (left: inout OutcomeCounts, right: OutcomeCounts) {
        for outcome in AttemptOutcome.allCases { left[outcome] += right[outcome] }
    }

    package static func -= (left: inout OutcomeCounts, right: OutcomeCounts) {
        for outcome in AttemptOutcome.allCases { left[outcome] -= right[outcome] }
    }
}
