/// Whether the monitors that the scenario requires have everything; the others are told of, and fail nothing.
struct MonitorJudgement {
    private let facts: RunFacts

    init(_ facts: RunFacts) { self.facts = facts }

    /// One for each required monitor; demanded where the simulation came to its end.
    var assertions: [Assertion] {
        guard facts.ending == .ended else { return [] }
        return facts.monitors.filter(\.required).map { monitor in
            Assertion(
                "monitor:\(monitor.name)",
                monitor.isComplete ? .pass : .fail,
                observed: monitor.text,
                expected: "everything delivered",
                detail: monitor.advice ?? ""
            )
        }
    }
}
