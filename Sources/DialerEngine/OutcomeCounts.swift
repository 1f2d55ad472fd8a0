/// The number of call attempts by outcome.
package struct OutcomeCounts: Hashable, Sendable {
    private var counts = [Int](repeating: 0, count: AttemptOutcome.allCases.count)

    /// Creates counts of 0.
    package init() {}

    /// The number of attempts with an outcome.
    package subscript(outcome: AttemptOutcome) -> Int {
        get { counts[Int(outcome.rawValue)] }
        set { counts[Int(outcome.rawValue)] = newValue }
    }

    /// The number of attempts with any outcome.
    package var total: Int { counts.reduce(0, +) }
}
