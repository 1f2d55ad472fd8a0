/// A number estimated from independent replications, or from batches that are nearly independent.
///
/// The interval is that of Student's t distribution with one degree of freedom fewer than there are replications.
package protocol ReplicatedEstimate: Sendable {
    /// The estimate; nil if the observations do not define it.
    var value: Double? { get }
    /// The estimated standard deviation of the estimate; nil with fewer than two replications.
    var standardError: Double? { get }
    /// The number of replications or batches behind the standard error.
    var replications: Int { get }
}

extension ReplicatedEstimate {
    /// Returns the two-sided interval value ± t·(standard error), or nil without a standard error.
    ///
    /// If all replications agree, the standard error and the width of the interval are 0: for an event that was never
    /// seen, use an exact binomial limit as well.
    package func interval(level: Double = 0.95) -> ConfidenceInterval? {
        precondition(0 < level && level < 1, "a confidence level is between 0 and 1")
        guard let value, let standardError, replications > 1 else { return nil }
        let distribution = StudentTDistribution(degreesOfFreedom: Double(replications - 1))
        let halfWidth = standardError == 0 ? 0 : -distribution.quantile((1 - level) / 2) * standardError
        return ConfidenceInterval(lower: value - halfWidth, upper: value + halfWidth)
    }
}

/// A two-sided confidence interval for a quantity, in the quantity's unit.
package struct ConfidenceInterval: Hashable, Sendable {
    package var lower: Double
    package var upper: Double

    package init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    package var halfWidth: Double { (upper - lower) / 2 }

    /// Whether a value lies in the interval, limits included.
    package func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

    /// Returns the interval with both limits moved into the range of the quantity, such as 0…1.
    package func clamped(to range: ClosedRange<Double>) -> ConfidenceInterval {
        ConfidenceInterval(
            lower: min(max(lower, range.lowerBound), range.upperBound),
            upper: min(max(upper, range.lowerBound), range.upperBound)
        )
    }
}

/// The difference of a metric between two systems that were given the same random numbers, with its interval.
///
/// Replication `i` of both systems saw the same customers, so that only the differences per replication vary. The
/// variance of a difference of ratios is that of the differences of the influences (the delta method). Sources: Law,
/// Simulation Modeling and Analysis (5th ed. 2015), ch. 10 and 11; Cochran, Sampling Techniques (3rd ed. 1977), ch. 6.
package struct PairedDifference: ReplicatedEstimate, Hashable {
    /// The first system's metric less the second's; nil if one of them is not defined.
    package var value: Double?
    /// The standard error of the difference; nil with fewer than two replications or without a difference.
    package var standardError: Double?
    /// The number of replications.
    package var replications: Int

    /// Compares means of one number per replication; both systems have the same replications (a precondition).
    package init(_ first: [Double], _ second: [Double]) {
        precondition(first.count == second.count, "both systems have the same replications")
        let mean = MeanEstimate(zip(first, second).map { $0 - $1 })
        value = mean.value
        standardError = mean.standardError
        replications = mean.replications
    }

    /// Compares ratios of totals; both systems have the same replications (a precondition).
    package init(_ first: [RatioObservation], _ second: [RatioObservation]) {
        precondition(first.count == second.count, "both systems have the same replications")
        replications = first.count
        guard let minuend = LinearizedRatio(first), let subtrahend = LinearizedRatio(second) else { return }
        value = minuend.ratio - subtrahend.ratio
        standardError = MeanEstimate(zip(minuend.influences, subtrahend.influences).map { $0 - $1 }).standardError
    }
}
