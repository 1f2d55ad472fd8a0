/// One demand on a run and how it came out.
public struct Assertion: Hashable, Sendable {
    /// A stable name such as `webhooks.reconcile` or `threshold.accuracyRate`.
    public var name: String
    /// Whether it holds.
    public var verdict: Verdict
    /// What was observed, for people.
    public var observed: String
    /// What was demanded, for people.
    public var expected: String
    /// The reason, where there is more to say.
    public var detail: String

    /// Creates an assertion.
    public init(_ name: String, _ verdict: Verdict, observed: String, expected: String, detail: String = "") {
        self.name = name
        self.verdict = verdict
        self.observed = observed
        self.expected = expected
        self.detail = detail
    }

    /// The demand in words, such as `webhooks reconcile`; a threshold's is its metric and limit.
    public var title: String {
        switch name {
        case "simulation.completed": "simulation completed"
        case "simulation.progression": "states in order"
        case "outcomes.fit": "outcomes fit the injected distribution"
        case "webhooks.reconcile": "webhooks reconcile"
        case "calls.limit": "calls within maxCalls"
        case "concurrency.limit": "calls at once within concurrencyLimit"
        case "compliance.bypass": "compliance bypass as requested"
        case "calls.order": "call states in order"
        case "metrics.aggregated": "metrics aggregated"
        case let name where name.hasPrefix("abandonment."): "abandonment complies with \(name.dropFirst(12))"
        case let name where name.hasPrefix("monitor:"): "monitor \(name.dropFirst(8)) has everything"
        default: name.hasPrefix("threshold.") ? "\(name.dropFirst(10)) \(expected)" : name
        }
    }
}
