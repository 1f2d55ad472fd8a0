package import Statistics

/// A mean with its 95 % interval.
package struct Estimate: Hashable, Sendable {
    /// The mean; nil if nothing was observed, such as a wait without an answered call.
    package var mean: Double?
    /// The interval; `nil` with fewer than two replications or batches.
    package var interval: ConfidenceInterval?

    /// Creates an estimate whose interval stays within the values that the quantity can have.
    init(_ estimate: some ReplicatedEstimate, within range: ClosedRange<Double>) {
        mean = estimate.value
        interval = estimate.interval()?.clamped(to: range)
    }

    /// Creates an estimate without an interval.
    init(mean: Double?) { self.mean = mean }
}
