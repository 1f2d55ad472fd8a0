/// A ratio of totals and the influence of each observation on it.
struct LinearizedRatio {
    /// The ratio p̂ of the totals.
    var ratio: Double
    /// For each pair the number (aᵢ − p̂lᵢ)/l̄; these have mean 0, and their mean has the variance of the ratio.
    var influences: [Double]

    /// Linearizes the ratio; nil when the denominators sum to 0.
    init?(_ observations: [RatioObservation]) {
        var total = RatioObservation(numerator: 0, denominator: 0)
        for observation in observations {
            precondition(observation.denominator >= 0, "a denominator is not negative")
            total.merge(observation)
        }
        guard total.denominator > 0 else { return nil }
        let ratio = total.numerator / total.denominator
        let meanDenominator = total.denominator / Double(observations.count)
        self.ratio = ratio
        influences = observations.map { ($0.numerator - ratio * $0.denominator) / meanDenominator }
    }
}
