/// Student's t distribution.
package struct StudentTDistribution: Hashable, Sendable {
    /// The degrees of freedom, positive; they need not be whole.
    package var degreesOfFreedom: Double

    /// Creates the distribution with these degrees of freedom (positive, a precondition).
    package init(degreesOfFreedom: Double) {
        precondition(degreesOfFreedom > 0, "degrees of freedom are positive")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// Returns the probability of a value above `t`.
    ///
    /// Half of I(ν/(ν + t²); ν/2, 1/2) for a positive `t`: Abramowitz and Stegun, Handbook of Mathematical Functions,
    /// 26.7.1.
    package func survival(_ t: Double) -> Double {
        let nu = degreesOfFreedom
        let square = t * t
        if square == .infinity { return t > 0 ? 0 : 1 }
        let sum = nu + square
        let half = 0.5 * SpecialFunctions.incompleteBeta(nu / 2, 0.5, nu / sum, complement: square / sum)
        return t >= 0 ? half : 1 - half
    }

    /// Returns the `t` that a value stays below with this probability.
    ///
    /// Newton's method on the logarithm of the survival function, kept within a bracket.
    ///
    /// - Parameter probability: A number in 0…1 (a precondition); 0 and 1 give −∞ and ∞.
    package func quantile(_ probability: Double) -> Double {
        precondition((0...1).contains(probability), "a probability is in 0…1")
        if probability == 0.5 { return 0 }
        if probability < 0.5 { return -upperQuantile(probability) }
        return upperQuantile(1 - probability)
    }

    /// Returns the positive `t` that is exceeded with a probability below one half.
    private func upperQuantile(_ tail: Double) -> Double {
        if tail == 0 { return .infinity }
        var upper = max(1, -StandardNormal.quantile(tail))
        var lower = 0.0
        while survival(upper) > tail {
            lower = upper
            upper *= 2
            if upper > 1e150 { return .infinity }
        }
        let nu = degreesOfFreedom
        let logConstant =
            -SpecialFunctions.logBeta(nu / 2, 0.5) - 0.5 * ElementaryFunctions.logarithm(nu)
        let logTail = ElementaryFunctions.logarithm(tail)
        return SpecialFunctions.increasingRoot(in: lower...upper, start: lower + (upper - lower) / 2) { t in
            let survival = survival(t)
            let logDensity = logConstant - (nu + 1) / 2 * ElementaryFunctions.logarithmOfOnePlus(t * t / nu)
            let value = logTail - ElementaryFunctions.logarithm(survival)
            return (value, ElementaryFunctions.exponential(logDensity) / survival)
        }
    }
}
