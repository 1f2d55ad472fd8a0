import CoreMetrics
import Synchronization

/// One series of a counter, a gauge or a histogram.
package final class MetricSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler,
    TimerHandler
{
    /// What has been counted or measured.
    struct State: Sendable {
        var value = 0.0
        /// The number of values in each bucket; the last one has no bound.
        var counts: [UInt64]
    }

    let labels: [String]
    private let bounds: [Double]
    private let state: Mutex<State>

    init(labels: [String], kind: MetricFamily.Instrument) {
        self.labels = labels
        if case .histogram(let buckets) = kind { bounds = buckets } else { bounds = [] }
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    var current: State { state.withLock { $0 } }

    package func increment(by amount: Int64) { if amount > 0 { state.withLock { $0.value += Double(amount) } } }
    package func increment(by amount: Double) { state.withLock { $0.value += amount } }
    package func decrement(by amount: Double) { state.withLock { $0.value -= amount } }
    package func set(_ value: Int64) { set(Double(value)) }
    package func set(_ value: Double) { state.withLock { $0.value = value } }

    /// A counter never falls.
    package func reset() {}

    package func record(_ value: Int64) { record(Double(value)) }

    package func record(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.value += value
            state.counts[bucket] += 1
        }
    }

    package func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
