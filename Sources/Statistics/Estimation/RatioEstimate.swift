/// What one replication or batch contributes to a ratio of totals.
package struct RatioObservation: Hashable, Sendable {
    /// The part of the numerator, such as abandoned calls or busy seconds.
    package var numerator: Double
    /// The part of the denominator, such as answered calls or agent seconds.
    package var denominator: Double

    package init(numerator: Double, denominator: Double) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// Adds another observation, as if both were one.
    package mutating func merge(_ other: RatioObservation) {
        numerator += other.numerator
        denominator += other.denominator
    }
}

/// The ratio of two totals over replications, with its interval.
///
/// For pairs (aᵢ, lᵢ) the estimate is p̂ = Σaᵢ/Σlᵢ with the variance Σ(aᵢ − p̂lᵢ)²/(k(k − 1)l̄²), which stays right when
/// events cluster inside a replication; a binomial interval does not. Sources: Cochran, Sampling Techniques (3rd ed.
/// 1977), ch. 6; Law, Simulation Modeling and Analysis (5th ed. 2015), ch. 9.
package struct RatioEstimate: ReplicatedEstimate, Hashable {
    /// The ratio; nil if the denominators sum to 0.
    package var value: Double?
    /// The standard error; nil with fewer than two observations or without a ratio.
    package var standardError: Double?
    /// The number of observations `k`, those with a denominator of 0 included.
    package var replications: Int
}

extension RatioEstimate {
    /// Creates the estimate from one observation per replication; no denominator is negative (a precondition).
    package init(_ observations: [RatioObservation]) {
        let linearized = LinearizedRatio(observations)
        let moments = WelfordMoments(linearized?.influences ?? [])
        value = linearized?.ratio
        standardError = moments.variance.map { ($0 / Double(moments.count)).squareRoot() }
        replications = observations.count
    }
}

/// A ratio of totals and the influence of each observation on it.
struct LinearizedRatio {
    /// The ratio p̂ of the totals.
    var ratio: Double
    /// For each pair the number (aᵢ − p̂lᵢ)/l̄; these have mean 0, and their mean has the variance of the ratio.
    var influences: [Double]

    /// Linearizes the ratio; returns nil if the denominators sum to 0.
    init?(_ observations: [RatioObservation]) {
        var total = RatioObservation(numerator: 0, denominator: 0)
        for observation in observations {
            precondition(observation.denominator >= 0, "a denominator is not negative")
            total.merge(observation)
        }
        guard total.denominator > 0 else { return nil }
        let (ratio, mean) = (total.numerator / total.denominator, total.denominator / Double(observations.count))
        self.ratio = ratio
        influences = observations.map { ($0.numerator - ratio * $0.denominator) / mean }
    }
}
