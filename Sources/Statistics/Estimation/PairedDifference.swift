/// The difference of a metric between two systems that were given the same random numbers, with its interval.
///
/// Replication `i` of both systems saw the same customers, so that only the differences per replication vary. The
/// variance of a difference of ratios is that of the differences of the influences (the delta method). Sources: Law,
/// Simulation Modeling and Analysis (5th ed. 2015), ch. 10 and 11; Cochran, Sampling Techniques (3rd ed. 1977), ch. 6.
package struct PairedDifference: ReplicatedEstimate, Hashable {
    /// The first system's metric less the second's; nil when one of them is not defined.
    package var value: Double?
    /// The standard error of the difference; nil with fewer than two replications or without a difference.
    package var standardError: Double?
    /// The number of replications.
    package var replications: Int

    /// Compares means of one number per replication.
    ///
    /// - Parameters:
    ///   - first: The numbers of the first system.
    ///   - second: The numbers of the second system, of the same replications (as many, a precondition).
    package init(_ first: [Double], _ second: [Double]) {
        precondition(first.count == second.count, "both systems have the same replications")
        let mean = MeanEstimate(zip(first, second).map { $0 - $1 })
        value = mean.value
        standardError = mean.standardError
        replications = mean.replications
    }

    /// Compares ratios of totals.
    ///
    /// - Parameters:
    ///   - first: The observations of the first system.
    ///   - second: The observations of the second system, of the same replications (as many, a precondition).
    package init(_ first: [RatioObservation], _ second: [RatioObservation]) {
        precondition(first.count == second.count, "both systems have the same replications")
        replications = first.count
        guard let minuend = LinearizedRatio(first), let subtrahend = LinearizedRatio(second) else { return }
        value = minuend.ratio - subtrahend.ratio
        let influences = MeanEstimate(zip(minuend.influences, subtrahend.influences).map { $0 - $1 })
        standardError = influences.standardError
    }
}
