/// A test whether neighbouring members of a short series are positively correlated.
///
/// The statistic C = 1 − Σ(rᵢ − rᵢ₋₁)²/(2Σ(rᵢ − r̄)²) is the lag-1 correlation with a correction for the ends. Without
/// correlation it is nearly normal with mean 0 and variance (k − 2)/(k² − 1). Sources: von Neumann, Ann. Math. Statist.
/// 12 (1941) 367; Fishman, Management Science 24 (1978) 510.
package struct VonNeumannTest: Hashable, Sendable {
    /// The lag-1 autocorrelation Σ(rᵢ − r̄)(rᵢ₋₁ − r̄)/Σ(rᵢ − r̄)².
    package var lag1Correlation: Double
    /// The statistic C.
    package var statistic: Double
    /// The probability of a statistic at least as large without correlation.
    package var pValue: Double

    /// Tests a series; nil with fewer than eight members, or when all are equal.
    package init?(_ series: [Double]) {
        guard series.count >= 8 else { return nil }
        let mean = WelfordMoments(series).mean
        let deviations = series.map { $0 - mean }
        let sumOfSquares = deviations.reduce(0) { $0 + $1 * $1 }
        guard sumOfSquares > 0 else { return nil }
        var products = 0.0
        var differences = 0.0
        for (next, previous) in zip(deviations.dropFirst(), deviations) {
            products += next * previous
            differences += (next - previous) * (next - previous)
        }
        let count = Double(series.count)
        lag1Correlation = products / sumOfSquares
        statistic = 1 - differences / (2 * sumOfSquares)
        pValue = StandardNormal.cumulative(-statistic * ((count * count - 1) / (count - 2)).squareRoot())
    }

    /// Whether nothing speaks for a positive correlation at a level of significance.
    package func acceptsIndependence(level: Double = 0.05) -> Bool { pValue > level }
}
