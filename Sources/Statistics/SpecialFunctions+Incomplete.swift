import RealModule

extension SpecialFunctions {
    /// Returns the regularized lower incomplete gamma function P(a, x) and its complement Q(a, x).
    ///
    /// P by the series DLMF 8.11.4 below x = a + 1, Q by the continued fraction DLMF 8.9.2 above; the one computed has
    /// a relative error of about 1e-13 for `a` up to 1,000, the other is its complement.
    /// The shape `a` is positive, and `x` is not negative (preconditions).
    package static func incompleteGamma(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
        precondition(a > 0 && x >= 0, "the incomplete gamma function needs a > 0 and x ≥ 0")
        if x == 0 { return (0, 1) }
        if x == .infinity { return (1, 0) }
        let factor = Double.exp(a * Double.log(x) - x - logGamma(a))
        if x < a + 1 {
            var denominator = a
            var term = 1 / a
            var sum = term
            while term > sum * 0x1p-54 {
                denominator += 1
                term *= x / denominator
                sum += term
            }
            let lower = min(1, sum * factor)
            return (lower, 1 - lower)
        }
        // x^a e^(−x) / Γ(a) · 1/(x+1−a − 1(1−a)/(x+3−a − 2(2−a)/(x+5−a − …)))
        let fraction = continuedFraction(first: x + 1 - a) { step in
            (-step * (step - a), x + 1 - a + 2 * step)
        }
        let upper = min(1, factor / fraction)
        return (1 - upper, upper)
    }

    /// Returns the regularized incomplete beta function Iₓ(a, b), the distribution function of the beta distribution.
    package static func incompleteBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
        incompleteBeta(a, b, x, complement: 1 - x)
    }

    /// Returns the regularized incomplete beta function Iₓ(a, b) for an `x` whose complement 1 − x is known exactly.
    ///
    /// The continued fraction DLMF 8.17.22, on the side of the mean where it converges quickly (DLMF 8.17.4).
    /// The shapes are positive, and `x` is in 0…1 (preconditions).
    package static func incompleteBeta(_ a: Double, _ b: Double, _ x: Double, complement: Double) -> Double {
        precondition(a > 0 && b > 0 && x >= 0 && complement >= 0, "the beta function needs a, b > 0 and 0 ≤ x ≤ 1")
        if x == 0 { return 0 }
        if complement == 0 { return 1 }
        let factor = Double.exp(a * Double.log(x) + b * Double.log(complement) - logBeta(a, b))
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
    package static func inverseIncompleteBeta(_ a: Double, _ b: Double, _ probability: Double) -> Double {
        precondition((0...1).contains(probability), "a probability is in 0…1")
        if probability == 0 { return 0 }
        if probability == 1 { return 1 }
        let logBeta = logBeta(a, b)
        return increasingRoot(in: 0...1, start: a / (a + b)) { x in
            let logDensity = (a - 1) * Double.log(x) + (b - 1) * Double.log(onePlus: -x) - logBeta
            return (incompleteBeta(a, b, x) - probability, Double.exp(logDensity))
        }
    }
}
