import CoreMetrics

/// Counts the attempts to deliver to one monitor, for the metrics of the process if it has some.
package struct AttemptCounters: Sendable {
    package static let label = "ringback_delivery_attempts_total"
    /// How an attempt can end.
    package static let results = ["delivered", "failed", "gone", "refused", "cancelled"]

    private let counters: [String: Counter]

    init(monitor: String) {
        counters = Dictionary(
            uniqueKeysWithValues: Self.results.map { result in
                (result, Counter(label: Self.label, dimensions: [("monitor", monitor), ("result", result)]))
            }
        )
    }

    func count(_ result: DeliveryResult) {
        let word =
            switch result {
            case .delivered: "delivered"
            case .failed: "failed"
            case .gone: "gone"
            case .refused: "refused"
            case .cancelled: "cancelled"
            }
        counters[word]?.increment()
    }
}
