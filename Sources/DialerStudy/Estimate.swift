import ExactJSON
import RunReport
import ScenarioFile
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

    init(mean: Double?, interval: ConfidenceInterval? = nil) { (self.mean, self.interval) = (mean, interval) }

    /// Reads an estimate of a document; without a mean where the document lacks it.
    init(_ json: JSONValue?) {
        mean = json?["mean"]?.double
        guard let low = json?["low"]?.double, let high = json?["high"]?.double, low <= high else { return }
        interval = ConfidenceInterval(lower: low, upper: high)
    }
}

extension Scenario.Threshold.Comparison {
    /// Judges a 95 % interval: pass if all of it complies with the limit, fail if no part does, else inconclusive.
    func verdict(on interval: ConfidenceInterval?, limit: Double) -> Verdict {
        guard let interval, interval.lower <= interval.upper else { return .inconclusive }
        switch (holds(interval.lower, limit), holds(interval.upper, limit)) {
        case (true, true): return .pass
        case (false, false): return self == .equal && interval.contains(limit) ? .inconclusive : .fail
        default: return .inconclusive
        }
    }
}

extension ConfidenceInterval {
    /// The chance of something that was never seen: from 0 to the one-sided limit of Clopper and Pearson at 95 %.
    static func neverSeen(trials: Int) -> ConfidenceInterval {
        let upper = ProportionInterval.clopperPearsonUpperLimit(successes: 0, trials: trials)
        return ConfidenceInterval(lower: 0, upper: upper)
    }
}
