/// A number estimated from independent replications, or from batches that are nearly independent.
///
/// The interval is that of Student's t distribution with one degree of freedom fewer than there are replications.
package protocol ReplicatedEstimate: Sendable {
    /// The estimate; nil when the observations do not define it.
    var value: Double? { get }
    /// The estimated standard deviation of the estimate; nil with fewer than two replications.
    var standardError: Double? { get }
    /// The number of replications or batches behind the standard error.
    var replications: Int { get }
}

extension ReplicatedEstimate {
    /// Returns the two-sided interval value ± t·(standard error), or nil where there is no standard error.
    ///
    /// Replications that all agree have a standard error of 0 and an interval of width 0: for an event that was never
    /// seen, take an exact binomial limit as well.
    ///
    /// - Parameter level: The confidence level, between 0 and 1 (a precondition).
    package func interval(level: Double = 0.95) -> ConfidenceInterval? {
        precondition(0 < level && level < 1, "a confidence level is between 0 and 1")
        guard let value, let standardError, replications > 1 else { return nil }
        let distribution = StudentTDistribution(degreesOfFreedom: Double(replications - 1))
        let halfWidth = standardError == 0 ? 0 : -distribution.quantile((1 - level) / 2) * standardError
        return ConfidenceInterval(lower: value - halfWidth, upper: value + halfWidth)
    }
}
