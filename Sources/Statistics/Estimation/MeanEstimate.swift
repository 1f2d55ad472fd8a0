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

    package init(_ moments: WelfordMoments) {
        replications = moments.count
        value = moments.count > 0 ? moments.mean : nil
        standardError = moments.variance.map { ($0 / Double(moments.count)).squareRoot() }
    }

    /// Creates the estimate from one value per replication.
    package init(_ values: [Double]) { self.init(WelfordMoments(values)) }
}

/// The count, mean and variance of a stream of numbers, in constant memory.
///
/// Sources: Welford, Technometrics 4 (1962) 419; merging: Chan, Golub and LeVeque, COMPSTAT 1982, 30. Merging in
/// another order can change the last bits: if results must not depend on how work was divided, merge in the order of
/// the replications.
package struct WelfordMoments: Hashable, Sendable {
    package private(set) var count = 0
    /// The arithmetic mean; 0 when empty.
    package private(set) var mean = 0.0
    /// The sum of squared deviations from the mean.
    package private(set) var squaredDeviations = 0.0

    package init() {}

    package init(_ values: some Sequence<Double>) {
        for value in values { add(value) }
    }

    /// The sample variance, with divisor count − 1; nil with fewer than two values.
    package var variance: Double? { count > 1 ? squaredDeviations / Double(count - 1) : nil }

    package mutating func add(_ value: Double) {
        count += 1
        let deviation = value - mean
        mean += deviation / Double(count)
        squaredDeviations += deviation * (value - mean)
    }

    /// Adds all values of other moments.
    package mutating func merge(_ other: WelfordMoments) {
        guard other.count > 0 else { return }
        guard count > 0 else {
            self = other
            return
        }
        let (mine, theirs) = (Double(count), Double(other.count))
        let deviation = other.mean - mean
        count += other.count
        mean += deviation * (theirs / Double(count))
        squaredDeviations += other.squaredDeviations + deviation * deviation * (mine * theirs / Double(count))
    }
}
