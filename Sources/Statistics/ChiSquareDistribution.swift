/// The chi-square distribution.
package struct ChiSquareDistribution: Hashable, Sendable {
    /// The degrees of freedom, positive.
    package var degreesOfFreedom: Double

    /// Creates the distribution with these degrees of freedom (positive, a precondition).
    package init(degreesOfFreedom: Double) {
        precondition(degreesOfFreedom > 0, "degrees of freedom are positive")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// Returns the probability of a value above `x`: Q(ν/2, x/2).
    package func survival(_ x: Double) -> Double {
        x <= 0 ? 1 : SpecialFunctions.incompleteGamma(degreesOfFreedom / 2, x / 2).upper
    }
}
