import CoreMetrics

/// Counts what becomes of webhooks, for the metrics of the process if it has some.
package struct ReceptionCounters: Sendable {
    package static let label = "ringback_webhooks_received_total"

    /// What becomes of a webhook.
    package enum Result: String, CaseIterable, Sendable {
        /// It is a new event.
        case accepted
        /// It is an exact copy of one that was stored before.
        case duplicate
        /// It was stored, and its body is not an event.
        case quarantined
        /// It was answered with an error and not stored.
        case refused
        /// The store could not take it.
        case unavailable
    }

    private let counters: [Result: Counter]

    /// Counts for the metrics of the task that calls this.
    package init() {
        counters = Dictionary(
            uniqueKeysWithValues: Result.allCases.map {
                ($0, Counter(label: Self.label, dimensions: [("result", $0.rawValue)]))
            }
        )
    }

    package func count(_ result: Result, _ number: Int = 1) {
        if number > 0 { counters[result]?.increment(by: number) }
    }
}
