import RealModule

/// The tails of the gamma distribution of scale 1 with their derivatives, also by the shape.
struct GammaTail {
    /// A place holder for families that need no gamma function.
    static let none = GammaTail()

    private let shape: Double
    private let logGamma: Double
    private let digamma: Double

    private init() { (shape, logGamma, digamma) = (1, 0, 0) }

    init(shape: Double) {
        self.shape = shape
        logGamma = SpecialFunctions.logGamma(shape)
        digamma = SpecialFunctions.digamma(shape)
    }

    /// Returns the logarithm of P(a, u) below u = a + 1 and of Q(a, u) above, at a positive `u`.
    ///
    /// The series DLMF 8.11.4 and the continued fraction DLMF 8.9.2; both are differentiated by the shape term by term.
    func tail(_ u: Double) -> (isUpper: Bool, log: Double, byShape: Double, byValue: Double) {
        let logU = Double.log(u)
        let logFactor = shape * logU - u - logGamma
        if u < shape + 1 {
            let (sum, slope) = series(u)
            let log = logFactor - Double.log(shape) + Double.log(sum)
            return (false, log, logU - digamma - 1 / shape + slope / sum, shape / (sum * u))
        }
        let (fraction, logSlope) = continuedFraction(u)
        return (true, logFactor - Double.log(fraction), logU - digamma - logSlope, -fraction / u)
    }

    /// Σ uⁿ / ((a+1)…(a+n)) from n = 0, and its derivative by `a`.
    private func series(_ u: Double) -> (sum: Double, slope: Double) {
        var term = 1.0
        var sum = 1.0
        var harmonic = 0.0
        var slope = 0.0
        var denominator = shape
        repeat {
            denominator += 1
            let inverse = 1 / denominator
            term *= u * inverse
            harmonic += inverse
            sum += term
            slope -= term * harmonic
        } while term > sum * 0x1p-54
        return (sum, slope)
    }

    /// u+1−a − 1(1−a)/(u+3−a − 2(2−a)/(u+5−a − …)), and the derivative of its logarithm by `a`.
    ///
    /// The modified method of Lentz, carried with derivatives. Where `a` is whole the fraction ends and its derivative
    /// does not, so both have to stand still.
    private func continuedFraction(_ u: Double) -> (value: Double, logSlope: Double) {
        var b = u + 1 - shape
        var value = b
        var (c, cSlope) = (b, -1.0)
        var (d, dSlope) = (0.0, 0.0)
        var logSlope = -1 / b
        var step = 1.0
        while step < 100_000 {
            let a = step * (shape - step)
            b += 2
            let inverse = 1 / (b + a * d)
            dSlope = -inverse * inverse * (-1 + step * d + a * dSlope)
            d = inverse
            let inverseC = 1 / c
            cSlope = -1 + step * inverseC - a * cSlope * inverseC * inverseC
            c = b + a * inverseC
            let ratio = c * d
            let change = cSlope / c + dSlope / d
            value *= ratio
            logSlope += change
            if abs(ratio - 1) <= 0x1p-50, abs(change) <= 0x1p-46 { break }
            step += 1
        }
        return (value, logSlope)
    }
}
