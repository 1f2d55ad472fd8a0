import RealModule

/// Special functions of statistics in double precision.
///
/// Formulas are those of the NIST Digital Library of Mathematical Functions (DLMF, dlmf.nist.gov), cited by number.
package enum SpecialFunctions {
    /// The coefficients B₂ₖ / (2k(2k−1)) of Stirling's series, k = 1…8.
    private static let stirling: [Double] = [
        1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360_360, 1.0 / 156, -3617.0 / 122_400,
    ]

    /// Returns the natural logarithm of the gamma function of a positive number (a precondition).
    ///
    /// Stirling's series (DLMF 5.11.1) from 12 upward, below that after the recurrence Γ(x+1) = xΓ(x). The error is at
    /// most about 1e-14 or, for large results, 3e-15 of the result.
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
        let logarithm = Double.log(argument)
        let halfLogTwoPi = 0.918_938_533_204_672_8
        return (argument - 0.5) * logarithm - argument + halfLogTwoPi + series * inverse
            - (product == 1 ? 0 : Double.log(product))
    }

    /// Returns the natural logarithm of the beta function B(a, b) of positive numbers (a precondition).
    package static func logBeta(_ a: Double, _ b: Double) -> Double {
        logGamma(a) + logGamma(b) - logGamma(a + b)
    }

    /// Returns b₀ + a₁/(b₁ + a₂/(b₂ + …)), where `first` is b₀ and `element` gives (aᵢ, bᵢ) for i = 1, 2, ….
    ///
    /// The modified method of Lentz: Thompson and Barnett, J. Comput. Phys. 64 (1986) 490.
    static func continuedFraction(first: Double, element: (Double) -> (a: Double, b: Double)) -> Double {
        let tiny = 1e-300
        var value = first == 0 ? tiny : first
        var c = value
        var d = 0.0
        var step = 1.0
        while step < 1_000_000 {
            let (a, b) = element(step)
            d = b + a * d
            if abs(d) < tiny { d = tiny }
            d = 1 / d
            c = b + a / c
            if abs(c) < tiny { c = tiny }
            let ratio = c * d
            value *= ratio
            if abs(ratio - 1) <= 0x1p-52 { break }
            step += 1
        }
        return value
    }

    /// Returns the zero of an increasing function in a bracket, from its values and derivatives.
    ///
    /// Newton's method. A step that would leave the bracket, or is more than half of the last one, becomes a bisection.
    static func increasingRoot(
        in range: ClosedRange<Double>,
        start: Double,
        function: (Double) -> (value: Double, derivative: Double)
    ) -> Double {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        var x = start
        var lastStep = upper - lower
        for _ in 0..<1200 {
            let (value, derivative) = function(x)
            if value == 0 { return x }
            if value < 0 { lower = x } else { upper = x }
            var next = x - value / derivative
            if !(next > lower && next < upper) || abs(next - x) > abs(lastStep) / 2 {
                next = lower + (upper - lower) / 2
            }
            lastStep = next - x
            if abs(lastStep) <= abs(next) * 0x1p-52 || next == lower || next == upper { return next }
            x = next
        }
        return x
    }

    /// Returns the zero of an increasing function in a bracket by bisection, without derivatives.
    package static func increasingRoot(in range: ClosedRange<Double>, function: (Double) -> Double) -> Double {
        let middle = range.lowerBound + (range.upperBound - range.lowerBound) / 2
        // Newton's step with a derivative of 0 always leaves the bracket.
        return increasingRoot(in: range, start: middle) { (function($0), 0) }
    }
}

extension SpecialFunctions {
    /// Returns ψ, the derivative of the logarithm of the gamma function, of a positive number (a precondition).
    ///
    /// The asymptotic series DLMF 5.11.2 from 12 upward, below that after the recurrence ψ(x+1) = ψ(x) + 1/x.
    package static func digamma(_ x: Double) -> Double {
        precondition(x > 0, "the digamma function is taken of a positive number")
        var argument = x
        var sum = 0.0
        while argument < 12 {
            sum -= 1 / argument
            argument += 1
        }
        let square = 1 / (argument * argument)
        // B₂ₖ / 2k for k = 1…7.
        let coefficients = [1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32_760, 1.0 / 12]
        let series = coefficients.reversed().reduce(0) { $0 * square + $1 } * square
        return sum + Double.log(argument) - 0.5 / argument - series
    }
}
