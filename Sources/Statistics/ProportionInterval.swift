/// A confidence interval for the probability behind `x` successes in `n` independent trials.
///
/// Abandonments of a dialer cluster and are not independent: for them use ratio estimators over replications.
package struct ProportionInterval: Hashable, Sendable {
    /// The lower limit, in 0…1.
    package var lower: Double
    /// The upper limit, in 0…1.
    package var upper: Double

    /// Creates an interval from its limits.
    package init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// Whether a probability lies in the interval, limits included.
    package func contains(_ probability: Double) -> Bool { lower <= probability && probability <= upper }

    /// Returns the two-sided score interval.
    ///
    /// Source: Wilson, J. Amer. Statist. Assoc. 22 (1927) 209.
    ///
    /// - Parameters:
    ///   - successes: The number of successes `x`, in 0…`trials` (a precondition).
    ///   - trials: The number of trials `n`; 0 gives the interval 0…1.
    ///   - level: The confidence level, between 0 and 1 (a precondition).
    package static func wilson(successes: Int, trials: Int, level: Double = 0.95) -> ProportionInterval {
        check(successes, trials, level)
        guard trials > 0 else { return ProportionInterval(lower: 0, upper: 1) }
        let z = -StandardNormal.quantile((1 - level) / 2)
        let center = wilsonCenter(successes, trials, z)
        return ProportionInterval(
            lower: successes == 0 ? 0 : max(0, center.value - center.halfWidth),
            upper: successes == trials ? 1 : min(1, center.value + center.halfWidth)
        )
    }

    /// Returns the one-sided upper limit of the score interval.
    ///
    /// - Parameters:
    ///   - successes: The number of successes `x`, in 0…`trials` (a precondition).
    ///   - trials: The number of trials `n`; 0 gives 1.
    ///   - level: The confidence level, between 0 and 1 (a precondition).
    package static func wilsonUpperLimit(successes: Int, trials: Int, level: Double = 0.95) -> Double {
        check(successes, trials, level)
        guard successes < trials else { return 1 }
        let center = wilsonCenter(successes, trials, -StandardNormal.quantile(1 - level))
        return min(1, center.value + center.halfWidth)
    }

    /// Returns the two-sided exact interval, which covers with at least the level.
    ///
    /// Quantiles of the beta distribution. Source: Clopper and Pearson, Biometrika 26 (1934) 404.
    ///
    /// - Parameters:
    ///   - successes: The number of successes `x`, in 0…`trials` (a precondition).
    ///   - trials: The number of trials `n`; 0 gives the interval 0…1.
    ///   - level: The confidence level, between 0 and 1 (a precondition).
    package static func clopperPearson(successes: Int, trials: Int, level: Double = 0.95) -> ProportionInterval {
        check(successes, trials, level)
        let tail = (1 - level) / 2
        let failures = Double(trials - successes)
        let lower =
            successes == 0 ? 0 : SpecialFunctions.inverseIncompleteBeta(Double(successes), failures + 1, tail)
        return ProportionInterval(lower: lower, upper: exactUpperLimit(successes, trials, tail))
    }

    /// Returns the one-sided exact upper limit, which covers with at least the level.
    ///
    /// - Parameters:
    ///   - successes: The number of successes `x`, in 0…`trials` (a precondition).
    ///   - trials: The number of trials `n`; 0 gives 1.
    ///   - level: The confidence level, between 0 and 1 (a precondition).
    package static func clopperPearsonUpperLimit(successes: Int, trials: Int, level: Double = 0.95) -> Double {
        check(successes, trials, level)
        return exactUpperLimit(successes, trials, 1 - level)
    }

    private static func wilsonCenter(_ successes: Int, _ trials: Int, _ z: Double) -> (value: Double, halfWidth: Double)
    {
        let n = Double(trials)
        let p = Double(successes) / n
        let scale = 1 + z * z / n
        let halfWidth = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot() / scale
        return ((p + z * z / (2 * n)) / scale, halfWidth)
    }

    /// Returns the probability under which `successes` or fewer have the probability `tail`.
    private static func exactUpperLimit(_ successes: Int, _ trials: Int, _ tail: Double) -> Double {
        guard successes < trials else { return 1 }
        return SpecialFunctions.inverseIncompleteBeta(Double(successes) + 1, Double(trials - successes), 1 - tail)
    }

    private static func check(_ successes: Int, _ trials: Int, _ level: Double) {
        precondition(0 <= successes && successes <= trials, "successes are in 0…trials")
        precondition(0 < level && level < 1, "a confidence level is between 0 and 1")
    }
}
