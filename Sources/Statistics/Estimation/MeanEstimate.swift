/// The mean of one number per replication, with its interval.
///
/// For a ratio of totals, such as abandoned calls to answered calls, use ``RatioEstimate``: the mean of the ratios of
/// replications is biased.
package struct MeanEstimate: ReplicatedEstimate, Hashable {
    /// The mean, in the unit of the values; nil without values.
    package var value: Double?
    /// The sample standard deviation over √k; nil with fewer than two values.
    package var standardError: Double?
    /// The number of values `k`.
    package var replications: Int

    /// Creates the estimate from the moments of the values.
    package init(_ moments: WelfordMoments) {
        replications = moments.count
        value = moments.count > 0 ? moments.mean : nil
        standardError = moments.variance.map { ($0 / Double(moments.count)).squareRoot() }
    }

    /// Creates the estimate from one value per replication.
    package init(_ values: [Double]) { self.init(WelfordMoments(values)) }
}
