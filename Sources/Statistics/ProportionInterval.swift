/// Confidence intervals for the probability behind `x` successes in `n` independent trials.
///
/// `x` is in 0…`n`, and a confidence level is between 0 and 1 (preconditions). Without trials the limits are 0 and 1.
/// The abandonments of a dialer cluster, so they are not independent: use ``RatioEstimate`` for them.
package enum ProportionInterval {
    /// Returns the two-sided score interval.
    ///
    /// Source: Wilson, J. Amer. Statist. Assoc. 22 (1927) 209.
    package static func wilson(successes: Int, trials: Int, level: Double = 0.95) -> ConfidenceInterval {
        check(successes, trials, level)
        guard trials > 0 else { return ConfidenceInterval(lower: 0, upper: 1) }
        let z = -StandardNormal.quantile((1 - level) / 2)
        let n = Double(trials)
        let p = Double(successes) / n
        let scale = 1 + z * z / n
        let center = (p + z * z / (2 * n)) / scale
        let halfWidth = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot() / scale
        return ConfidenceInterval(
            lower: successes == 0 ? 0 : max(0, center - halfWidth),
            upper: successes == trials ? 1 : min(1, center + halfWidth)
        )
    }

    /// Returns the two-sided exact interval, which covers with at least the level.
    ///
    /// Quantiles of the beta distribution. Source: Clopper and Pearson, Biometrika 26 (1934) 404.
    package static func clopperPearson(successes: Int, trials: Int, level: Double = 0.95) -> ConfidenceInterval {
        check(successes, trials, level)
        let tail = (1 - level) / 2
        return ConfidenceInterval(
            lower: exactLowerLimit(successes, trials, tail),
            upper: exactUpperLimit(successes, trials, tail)
        )
    }

    /// Returns the one-sided exact upper limit, which covers with at least the level.
    package static func clopperPearsonUpperLimit(successes: Int, trials: Int, level: Double = 0.95) -> Double {
        check(successes, trials, level)
        return exactUpperLimit(successes, trials, 1 - level)
    }

    /// Returns the one-sided exact lower limit, which covers with at least the level.
    package static func clopperPearsonLowerLimit(successes: Int, trials: Int, level: Double = 0.95) -> Double {
        check(successes, trials, level)
        return exactLowerLimit(successes, trials, 1 - level)
    }

    /// Returns the probability of success with which `successes` or more have the probability `tail`.
    private static func exactLowerLimit(_ successes: Int, _ trials: Int, _ tail: Double) -> Double {
        guard successes > 0 else { return 0 }
        return SpecialFunctions.inverseIncompleteBeta(Double(successes), Double(trials - successes) + 1, tail)
    }

    /// Returns the probability of success with which `successes` or fewer have the probability `tail`.
    private static func exactUpperLimit(_ successes: Int, _ trials: Int, _ tail: Double) -> Double {
        guard successes < trials else { return 1 }
        return SpecialFunctions.inverseIncompleteBeta(Double(successes) + 1, Double(trials - successes), 1 - tail)
    }

    private static func check(_ successes: Int, _ trials: Int, _ level: Double) {
        precondition(0 <= successes && successes <= trials, "successes are in 0…trials")
        precondition(0 < level && level < 1, "a confidence level is between 0 and 1")
    }
}
