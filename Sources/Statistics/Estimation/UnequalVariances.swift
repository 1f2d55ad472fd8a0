/// The difference of a quantity between two independent samples whose variances may differ, with its interval.
///
/// Each side is an estimate with a standard error (a mean, or a ratio by the delta method). The interval is that of
/// Student's t distribution with the degrees of freedom of Welch and Satterthwaite. Sources: Welch, Biometrika 34 (1947)
/// 28; Satterthwaite, Biometrics Bulletin 2 (1946) 110; Law, Simulation Modeling and Analysis (5th ed. 2015), ch. 10.
package struct WelchDifference: Hashable, Sendable {
    /// One side of the comparison.
    package struct Side: Hashable, Sendable {
        package var value: Double
        package var standardError: Double
        /// The replications or batches behind the standard error; infinite if it is taken as known.
        package var count: Double

        package init(value: Double, standardError: Double, count: Double) {
            (self.value, self.standardError, self.count) = (value, standardError, count)
        }

        /// One side out of an estimate; nil without a value or a standard error.
        package init?(_ estimate: some ReplicatedEstimate) {
            guard let value = estimate.value, let error = estimate.standardError, estimate.replications > 1 else {
                return nil
            }
            self.init(value: value, standardError: error, count: Double(estimate.replications))
        }
    }

    /// The first value less the second.
    package let value: Double
    package let standardError: Double
    package let degreesOfFreedom: Double

    package init(_ first: Side, _ second: Side) {
        value = first.value - second.value
        let variances = [first, second].map { $0.standardError * $0.standardError }
        let sum = variances[0] + variances[1]
        standardError = sum.squareRoot()
        let parts = zip(variances, [first, second]).map { $0 * $0 / ($1.count - 1) }
        degreesOfFreedom = parts[0] + parts[1] > 0 ? sum * sum / (parts[0] + parts[1]) : .infinity
    }

    /// Returns the two-sided interval; its width is 0 if neither side varies.
    package func interval(level: Double = 0.95) -> ConfidenceInterval {
        precondition(0 < level && level < 1, "a confidence level is between 0 and 1")
        let tail = (1 - level) / 2
        let quantile =
            degreesOfFreedom.isFinite
            ? StudentTDistribution(degreesOfFreedom: degreesOfFreedom).quantile(tail) : StandardNormal.quantile(tail)
        let halfWidth = standardError == 0 ? 0 : -quantile * standardError
        return ConfidenceInterval(lower: value - halfWidth, upper: value + halfWidth)
    }
}

extension ProportionInterval {
    /// Returns the two-sided interval for the difference of two probabilities, the first less the second.
    ///
    /// The hybrid of two score intervals. Source: Newcombe, Statistics in Medicine 17 (1998) 873, method 10.
    package static func difference(
        _ first: (successes: Int, trials: Int),
        _ second: (successes: Int, trials: Int),
        level: Double = 0.95
    ) -> ConfidenceInterval {
        precondition(first.trials > 0 && second.trials > 0, "both sides have trials")
        let one = wilson(successes: first.successes, trials: first.trials, level: level)
        let two = wilson(successes: second.successes, trials: second.trials, level: level)
        let p = Double(first.successes) / Double(first.trials)
        let q = Double(second.successes) / Double(second.trials)
        func length(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
        return ConfidenceInterval(
            lower: p - q - length(p - one.lower, two.upper - q),
            upper: p - q + length(one.upper - p, q - two.lower)
        )
    }
}
