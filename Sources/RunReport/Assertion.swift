/// One demand on a run, and whether the run met it.
public struct Assertion: Hashable, Sendable {
    /// What was demanded.
    package let demand: Demand
    /// Whether the demand was met.
    public var verdict: Verdict
    /// What was observed, for people.
    public var observed: String
    /// What was demanded, for people.
    public var expected: String
    /// The reason; empty if there is nothing more to say.
    public var detail: String

    package init(_ demand: Demand, _ verdict: Verdict, observed: String, expected: String, detail: String = "") {
        self.demand = demand
        self.verdict = verdict
        self.observed = observed
        self.expected = expected
        self.detail = detail
    }

    /// A stable name such as `webhooks.reconcile` or `threshold.accuracyRate`.
    public var name: String { demand.name }
    /// The demand in words, such as `webhooks reconcile`; for a threshold its metric and limit.
    public var title: String { demand.title }
}

/// What can be demanded of a run: each demand has a stable name for programs and a title for people.
package struct Demand: Hashable, Sendable {
    package let name: String
    let title: String
    /// Whether the title already says what is expected.
    var titleHasLimit = false

    static let simulationCompleted = Demand(name: "simulation.completed", title: "simulation completed")
    static let simulationProgression = Demand(name: "simulation.progression", title: "states in order")
    static let outcomesFit = Demand(name: "outcomes.fit", title: "outcomes fit the injected distribution")
    static let webhooksReconcile = Demand(name: "webhooks.reconcile", title: "webhooks reconcile")
    static let callsLimit = Demand(name: "calls.limit", title: "calls within maxCalls")
    static let concurrencyLimit = Demand(name: "concurrency.limit", title: "calls at once within concurrencyLimit")
    static let complianceBypass = Demand(name: "compliance.bypass", title: "compliance bypass as requested")
    static let callsOrder = Demand(name: "calls.order", title: "call states in order")
    static let metricsAggregated = Demand(name: "metrics.aggregated", title: "metrics aggregated")

    package static func abandonment(_ rule: String) -> Demand {
        Demand(name: "abandonment.\(rule)", title: "abandonment complies with \(rule)")
    }

    package static func attempts(_ rule: String) -> Demand {
        Demand(name: "attempts.\(rule)", title: "attempts comply with \(rule)")
    }

    static func monitor(_ monitor: String) -> Demand {
        Demand(name: "monitor:\(monitor)", title: "monitor \(monitor) has everything")
    }

    static func regression(_ metric: ComparedMetric) -> Demand {
        Demand(name: "regression.\(metric.rawValue)", title: "\(metric.title) no worse than the baseline")
    }

    /// A threshold of the scenario; `limit` is such as `>= 75%`.
    package static func threshold(_ metric: String, _ limit: String) -> Demand {
        Demand(name: "threshold.\(metric)", title: "\(metric) \(limit)", titleHasLimit: true)
    }

    func judged(_ isMet: Bool, _ observed: String, expected: String, _ detail: String = "") -> Assertion {
        Assertion(self, isMet ? .pass : .fail, observed: observed, expected: expected, detail: detail)
    }
}

/// Whether demands were met; of several verdicts the worst counts.
public enum Verdict: String, CaseIterable, Hashable, Sendable {
    // In the order from best to worst.
    case pass, inconclusive, fail

    /// The worst of several: fail, then inconclusive, then pass.
    public static func worst(of verdicts: some Sequence<Verdict>) -> Verdict {
        let verdicts = Set(verdicts)
        return allCases.last { verdicts.contains($0) } ?? .pass
    }

    /// A mark that shows the verdict without colour.
    package var mark: String {
        switch self {
        case .pass: "✓"
        case .inconclusive: "?"
        case .fail: "✗"
        }
    }
}
