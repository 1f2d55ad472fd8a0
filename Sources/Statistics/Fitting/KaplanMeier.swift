import RealModule

/// The Kaplan–Meier estimate of the probability that a time is longer than `t`, from observed and from censored times.
///
/// At equal times the observed ones come first. The band is pointwise: Greenwood's variance on the scale log(−log S), so
/// that it stays within 0…1. Sources: Kaplan and Meier, J. Amer. Statist. Assoc. 53 (1958) 457; Greenwood, Reports on
/// Public Health 33 (1926) 1; Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data (2002), 1.4.
package struct KaplanMeier: Hashable, Sendable {
    /// The estimate from one observed time to the next.
    package struct SurvivalStep: Hashable, Sendable {
        /// The observed time, in seconds.
        package var time: Double
        /// How many were at least as long, or censored no earlier.
        package var atRisk: Int
        /// How many ended at this time.
        package var events: Int
        /// The probability of a longer time.
        package var survival: Double
        /// The limits of the pointwise interval for it.
        package var band: ConfidenceInterval
    }

    /// The steps in order of time; before the first the probability is 1.
    package var steps: [SurvivalStep]

    /// Estimates from held values of two samples.
    package init(observed: RoundedSample, censored: RoundedSample, level: Double = 0.95) {
        let times = observed.entries.map { ($0.ticks * observed.grid.rawValue, $0.count) }
        let ends = censored.entries.map { ($0.ticks * censored.grid.rawValue, $0.count) }
        let z = -StandardNormal.quantile((1 - level) / 2)
        var atRisk = observed.heldCount + censored.heldCount
        var (survival, variance) = (1.0, 0.0)
        var next = ends.startIndex
        steps = []
        for (time, events) in times {
            while next < ends.endIndex, ends[next].0 < time {
                atRisk -= ends[next].1
                next += 1
            }
            survival *= Double(atRisk - events) / Double(atRisk)
            variance += Double(events) / (Double(atRisk) * Double(atRisk - events))
            steps.append(
                SurvivalStep(
                    time: Double(time) / 1000,
                    atRisk: atRisk,
                    events: events,
                    survival: survival,
                    band: Self.band(survival, variance, z, after: steps.last?.band.upper ?? 1)
                )
            )
            atRisk -= events
        }
    }

    private static func band(_ survival: Double, _ variance: Double, _ z: Double, after: Double) -> ConfidenceInterval {
        // At 0 the variance is unknown: the upper limit of the step before holds on.
        guard survival > 0 else { return ConfidenceInterval(lower: 0, upper: after) }
        let width = z * variance.squareRoot() / Double.log(survival)
        return ConfidenceInterval(
            lower: Double.pow(survival, Double.exp(-width)),
            upper: Double.pow(survival, Double.exp(width))
        )
    }

    /// Returns the smallest time, in seconds, that at most a share of the times exceeds; nil where the estimate stays above it.
    package func quantile(_ share: Double) -> Double? { steps.first { 1 - $0.survival >= share - 1e-12 }?.time }
}
