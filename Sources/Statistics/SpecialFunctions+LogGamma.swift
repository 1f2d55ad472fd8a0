extension SpecialFunctions {
    /// The coefficients B₂ₖ / (2k(2k−1)) of Stirling's series, k = 1…8.
    private static let stirling: [Double] = [
        1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360_360, 1.0 / 156, -3617.0 / 122_400,
    ]

    /// Returns the natural logarithm of the gamma function.
    ///
    /// Stirling's series (DLMF 5.11.1) from 12 upward, below that after the recurrence Γ(x+1) = xΓ(x). The error is at
    /// most about 1e-14 or, for large results, 3e-15 of the result.
    ///
    /// - Parameter x: A positive number (a precondition).
    package static func logGamma(_ x: Double) -> Double {
        precondition(x > 0, "the logarithm of the gamma function is taken of a positive number")
        guard x < .infinity else { return .infinity }
        var argument = x
        var product = 1.0
        while argument < 12 {
            product *= argument
            argument += 1
        }
        let inverse = 1 / argument
        let inverseSquare = inverse * inverse
        var series = 0.0
        for coefficient in stirling.reversed() { series = series * inverseSquare + coefficient }
        let logarithm = ElementaryFunctions.logarithm(argument)
        let halfLogTwoPi = 0.918_938_533_204_672_8
        return (argument - 0.5) * logarithm - argument + halfLogTwoPi + series * inverse
            - (product == 1 ? 0 : ElementaryFunctions.logarithm(product))
    }

    /// Returns the natural logarithm of the beta function B(a, b).
    ///
    /// - Parameters:
    ///   - a: A positive number (a precondition).
    ///   - b: A positive number (a precondition).
    package static func logBeta(_ a: Double, _ b: Double) -> Double {
        logGamma(a) + logGamma(b) - logGamma(a + b)
    }
}
