extension SpecialFunctions {
    /// Returns the regularized incomplete beta function Iₓ(a, b).
    ///
    /// The distribution function at `x` of the beta distribution; see ``incompleteBeta(_:_:_:complement:)``.
    ///
    /// - Parameters:
    ///   - a: The first shape, positive (a precondition).
    ///   - b: The second shape, positive (a precondition).
    ///   - x: A number in 0…1 (a precondition).
    package static func incompleteBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
        incompleteBeta(a, b, x, complement: 1 - x)
    }

    /// Returns the regularized incomplete beta function Iₓ(a, b) for an `x` whose complement is known exactly.
    ///
    /// The continued fraction DLMF 8.17.22, on the side of the mean where it converges quickly (DLMF 8.17.4).
    ///
    /// - Parameters:
    ///   - a: The first shape, positive (a precondition).
    ///   - b: The second shape, positive (a precondition).
    ///   - x: A number in 0…1 (a precondition).
    ///   - complement: The number 1 − x.
    package static func incompleteBeta(_ a: Double, _ b: Double, _ x: Double, complement: Double) -> Double {
        precondition(
            a > 0 && b > 0 && x >= 0 && complement >= 0,
            "the incomplete beta function needs a, b > 0 and 0 ≤ x ≤ 1"
        )
        if x == 0 { return 0 }
        if complement == 0 { return 1 }
        let factor = ElementaryFunctions.exponential(
            a * ElementaryFunctions.logarithm(x) + b * ElementaryFunctions.logarithm(complement) - logBeta(a, b)
        )
        if x <= (a + 1) / (a + b + 2) { return min(1, factor / (a * betaFraction(a, b, x))) }
        return max(0, 1 - factor / (b * betaFraction(b, a, complement)))
    }

    /// Returns the continued fraction 1 + d₁/(1 + d₂/(1 + …)) of DLMF 8.17.22.
    private static func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
        continuedFraction(first: 1) { step in
            let m = (step / 2).rounded(.down)
            let isEven = step == 2 * m
            let numerator = isEven ? m * (b - m) * x : -(a + m) * (a + b + m) * x
            let denominator = isEven ? (a + 2 * m - 1) * (a + 2 * m) : (a + 2 * m) * (a + 2 * m + 1)
            return (numerator / denominator, 1)
        }
    }

    /// Returns the `x` for which Iₓ(a, b) is `probability`: a quantile of the beta distribution.
    ///
    /// Newton's method kept within a bracket; the derivative of Iₓ is the beta density.
    ///
    /// - Parameters:
    ///   - a: The first shape, positive (a precondition).
    ///   - b: The second shape, positive (a precondition).
    ///   - probability: A number in 0…1 (a precondition).
    /// - Returns: A number in 0…1.
    package static func inverseIncompleteBeta(_ a: Double, _ b: Double, _ probability: Double) -> Double {
        precondition((0...1).contains(probability), "a probability is in 0…1")
        if probability == 0 { return 0 }
        if probability == 1 { return 1 }
        let logBeta = logBeta(a, b)
        return increasingRoot(in: 0...1, start: a / (a + b)) { x in
            let density = ElementaryFunctions.exponential(
                (a - 1) * ElementaryFunctions.logarithm(x) + (b - 1) * ElementaryFunctions.logarithmOfOnePlus(-x)
                    - logBeta
            )
            return (incompleteBeta(a, b, x) - probability, density)
        }
    }
}
