/// Where the model expects the value of one more day.
///
/// Of m simulated days the k-th smallest and the k-th largest value are the ends, with k = ⌊(m + 1) / 40⌋. A day of the same law
/// is one of m + 1 exchangeable draws, and each of its ranks is equally likely, so it lies within with a probability of
/// 1 − 2k / (m + 1): 95 % or a little more, whatever the distribution. Equal values only raise it, since the ends belong to
/// the interval. Source: Wilks, Ann. Math. Statist. 12 (1941) 91.
package struct PredictionInterval: Hashable, Sendable {
    package var mean: Double
    package var low: Double
    package var high: Double

    package init(mean: Double, low: Double, high: Double) { (self.mean, self.low, self.high) = (mean, low, high) }

    /// The interval of simulated values; nil if they are fewer than 39, with which no interval is certain enough.
    package init?(_ values: [Double]) {
        let rank = (values.count + 1) / 40
        guard rank >= 1 else { return nil }
        let sorted = values.sorted()
        mean = values.reduce(0, +) / Double(values.count)
        (low, high) = (sorted[rank - 1], sorted[sorted.count - rank])
    }

    package func contains(_ value: Double) -> Bool { low <= value && value <= high }
}
