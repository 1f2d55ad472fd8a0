import SimulationAPI

/// The rows of the outcome table in `report.html`.
struct OutcomeRows {
    private let result: RunResult

    init(_ result: RunResult) { self.result = result }

    /// One row per outcome.
    var values: [[String: TemplateValue]] {
        let isInjected = result.facts.payload.outcomes.enabled
        return result.outcomes.map { share in
            [
                "outcome": .text(share.outcome.rawValue),
                "injected": .text(isInjected ? NumberText.percent(share.injected) : "–"),
                "observed": .text(NumberText.count(share.observed)), "share": .text(NumberText.percent(share.share)),
                "interval": .text(NumberText.percentRange(share.low, share.high, digits: 1)),
            ]
        }
    }
}
