/// Counts of a stream of numbers in bins of equal width, from which quantiles are read.
///
/// Bin `i` of width `w` holds the values in (lower + i·w, lower + (i + 1)·w], its upper edge included. Values up to the
/// lower bound count as equal to it, so that a quantile among exact zeros is exactly 0. Counts are whole numbers, and
/// merging gives the same histogram in any order. A value that is an edge may fall one bin higher, by rounding.
package struct FixedHistogram: Hashable, Sendable {
    /// The range that the bins cover, in the unit of the values.
    package let range: ClosedRange<Double>
    package private(set) var bins: [Int]
    /// The number of values up to the lower bound.
    package private(set) var atLowerBound = 0
    /// The number of values above the upper bound.
    package private(set) var aboveUpperBound = 0
    package private(set) var count = 0
    /// The largest value; −∞ when empty.
    package private(set) var maximum = -Double.infinity
    private let binsPerUnit: Double

    /// Creates an empty histogram; range and number of bins are finite and positive (preconditions).
    package init(range: ClosedRange<Double>, bins: Int) {
        precondition(bins > 0 && range.upperBound > range.lowerBound, "a histogram has bins of positive width")
        binsPerUnit = Double(bins) / (range.upperBound - range.lowerBound)
        precondition(binsPerUnit > 0 && binsPerUnit < .infinity, "the bounds of a histogram are finite")
        self.range = range
        self.bins = [Int](repeating: 0, count: bins)
    }

    /// The width of a bin, in the unit of the values.
    package var binWidth: Double { (range.upperBound - range.lowerBound) / Double(bins.count) }

    /// Adds a value; it is not NaN (a precondition).
    package mutating func add(_ value: Double) {
        precondition(!value.isNaN, "a value is a number")
        count += 1
        if value > maximum { maximum = value }
        if value <= range.lowerBound {
            atLowerBound += 1
        } else if value > range.upperBound {
            aboveUpperBound += 1
        } else {
            let position = ((value - range.lowerBound) * binsPerUnit).rounded(.up)
            bins[min(max(Int(position), 1), bins.count) - 1] += 1
        }
    }

    /// Adds all values of a histogram with the same bins (a precondition).
    package mutating func merge(_ other: FixedHistogram) {
        precondition(range == other.range && bins.count == other.bins.count, "both histograms have the same bins")
        for index in bins.indices { bins[index] += other.bins[index] }
        atLowerBound += other.atLowerBound
        aboveUpperBound += other.aboveUpperBound
        count += other.count
        maximum = max(maximum, other.maximum)
    }

    /// Returns the value that a share of the values does not exceed; nil when empty.
    ///
    /// The rank is probability × count. The result is interpolated linearly between the edges of the bin that reaches the
    /// rank; above the upper bound, between that bound and the largest value. It never exceeds the largest value, except
    /// that it is at least the lower bound. If the sample quantile (the least value whose rank reaches that rank) lies
    /// within the range, the result differs from it by at most a bin width.
    package func quantile(_ probability: Double) -> Double? {
        precondition((0...1).contains(probability), "a probability is in 0…1")
        guard count > 0 else { return nil }
        let rank = probability * Double(count)
        var below = Double(atLowerBound)
        if atLowerBound > 0 && rank <= below { return range.lowerBound }
        for (index, members) in bins.enumerated() where members > 0 {
            if rank <= below + Double(members) {
                let position = Double(index) + (rank - below) / Double(members)
                return min(range.lowerBound + position / binsPerUnit, maximum)
            }
            below += Double(members)
        }
        guard aboveUpperBound > 0 else { return min(max(maximum, range.lowerBound), range.upperBound) }
        return range.upperBound + (maximum - range.upperBound) * (rank - below) / Double(aboveUpperBound)
    }
}
