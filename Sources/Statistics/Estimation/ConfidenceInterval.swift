/// A two-sided confidence interval for a quantity, in the quantity's unit.
package struct ConfidenceInterval: Hashable, Sendable {
    /// The lower limit.
    package var lower: Double
    /// The upper limit.
    package var upper: Double

    /// Creates an interval from its limits.
    package init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// Half of the width.
    package var halfWidth: Double { (upper - lower) / 2 }

    /// Whether a value lies in the interval, limits included.
    package func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

    /// Returns the interval with both limits moved into the values that the quantity can have, such as 0…1.
    package func clamped(to range: ClosedRange<Double>) -> ConfidenceInterval {
        ConfidenceInterval(
            lower: min(max(lower, range.lowerBound), range.upperBound),
            upper: min(max(upper, range.lowerBound), range.upperBound)
        )
    }
}
