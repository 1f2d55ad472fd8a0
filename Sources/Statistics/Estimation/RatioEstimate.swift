/// The ratio of two totals over replications, with its interval.
///
/// For pairs (aᵢ, lᵢ) the estimate is p̂ = Σaᵢ/Σlᵢ with the variance Σ(aᵢ − p̂lᵢ)²/(k(k − 1)l̄²), which stays right when
/// events cluster inside a replication; a binomial interval does not. Sources: Cochran, Sampling Techniques (3rd ed.
/// 1977), ch. 6; Law, Simulation Modeling and Analysis (5th ed. 2015), ch. 9.
package struct RatioEstimate: ReplicatedEstimate, Hashable {
    /// The ratio; nil when the denominators sum to 0.
    package var value: Double?
    /// The standard error; nil with fewer than two observations or without a ratio.
    package var standardError: Double?
    /// The number of observations `k`, those with a denominator of 0 included.
    package var replications: Int

    /// Creates an estimate from its parts.
    init(value: Double?, standardError: Double?, replications: Int) {
        self.value = value
        self.standardError = standardError
        self.replications = replications
    }

    /// Creates the estimate from one observation per replication; no denominator is negative (a precondition).
    package init(_ observations: [RatioObservation]) {
        let linearized = LinearizedRatio(observations)
        let moments = WelfordMoments(linearized?.influences ?? [])
        value = linearized?.ratio
        standardError = moments.variance.map { ($0 / Double(moments.count)).squareRoot() }
        replications = observations.count
    }
}
