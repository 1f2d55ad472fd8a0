import RealModule

/// A ``Distribution`` made ready for drawing many values: the constants of its formula are computed once.
///
/// The last bit of a value may differ between C libraries, as do their logarithm and exponential function.
///
/// | Shape | Method |
/// |---|---|
/// | uniform, Weibull | inverse of the distribution function |
/// | exponential | ziggurat: Marsaglia and Tsang, J. Stat. Softw. 5 (2000) 8 |
/// | lognormal | exponential function of a normal number from the ziggurat |
/// | gamma | Marsaglia and Tsang, ACM Trans. Math. Softw. 26 (2000) 363, with their boost for a shape below 1 |
/// | empirical | a uniform index |
public struct Sampler: Sendable {
    enum PreparedShape {
        case constant
        case uniform(width: Double)
        case exponential(mean: Double, Ziggurat)
        case lognormal(mu: Double, sigma: Double, Ziggurat)
        case gamma(shape: Double, scale: Double, Ziggurat)
        case weibull(scale: Double, power: Double)
        case empirical([Double])
    }

    private let method: PreparedShape
    private let base: Double

    /// Prepares a distribution.
    ///
    /// - Parameter distribution: Means and standard deviations are finite and not negative, a Weibull shape is positive,
    ///   and an empirical distribution has at least one value (a precondition). A standard deviation of 0 gives the mean.
    public init(_ distribution: Distribution) {
        let shift = distribution.shift
        switch distribution.shape {
        case .uniform(let min, let max) where max > min: (method, base) = (.uniform(width: max - min), shift + min)
        case .exponential(let mean) where mean > 0: (method, base) = (.exponential(mean: mean, .exponential), shift)
        case .lognormal(let mean, let sd) where mean > 0 && sd > 0:
            let ratio = sd / mean
            let variance = Double.log(onePlus: ratio * ratio)
            let mu = Double.log(mean) - variance / 2
            (method, base) = (.lognormal(mu: mu, sigma: variance.squareRoot(), .normal), shift)
        case .gamma(let mean, let sd) where mean > 0 && sd > 0:
            let ratio = mean / sd
            (method, base) = (.gamma(shape: ratio * ratio, scale: sd / ratio, .normal), shift)
        case .weibull(let mean, let shape) where mean > 0:
            let scale = mean / Double.gamma(1 + 1 / shape)
            (method, base) = (.weibull(scale: scale, power: 1 / shape), shift)
        case .empirical(let values):
            precondition(!values.isEmpty, "an empirical distribution has at least one value")
            (method, base) = (.empirical(values), shift)
        case .constant(let only), .uniform(let only, _), .exponential(let only), .lognormal(let only, _),
            .gamma(let only, _), .weibull(let only, _):
            (method, base) = (.constant, shift + only)
        }
    }

    /// The value if there is only one; drawing it uses no random number.
    public var constantValue: Double? {
        if case .constant = method { base } else { nil }
    }

    /// Returns a value drawn from the distribution, in the unit of the quantity.
    ///
    /// - Parameter draws: The random numbers to use; how many are used depends on the shape (none for a constant).
    public func sample(_ draws: inout RandomDraws) -> Double {
        switch method {
        case .constant: base
        case .uniform(let width): base + width * draws.uniform()
        case .exponential(let mean, let layers): base + mean * layers.exponentialNumber(&draws)
        case .lognormal(let mu, let sigma, let layers):
            base + Double.exp(mu + sigma * layers.normalNumber(&draws))
        case .gamma(let shape, let scale, let layers): base + scale * Self.gamma(shape: shape, layers, &draws)
        case .weibull(let scale, let power):
            base + scale * Double.pow(-Double.log(draws.openUniform()), power)
        case .empirical(let values):
            // A uniform number is below 1, yet the product may round up to the count.
            base + values[Swift.min(Int(draws.uniform() * Double(values.count)), values.count - 1)]
        }
    }

    /// Draws many values; the common shapes have their own loops.
    @inline(__always)
    func fill(_ values: inout MutableSpan<Double>, _ draws: (Int) -> RandomDraws) {
        switch method {
        case .exponential(let mean, let layers):
            for place in 0..<values.count {
                var draws = draws(place)
                values[place] = base + mean * layers.exponentialNumber(&draws)
            }
        case .lognormal(let mu, let sigma, let layers):
            for place in 0..<values.count {
                var draws = draws(place)
                values[place] = base + Double.exp(mu + sigma * layers.normalNumber(&draws))
            }
        default:
            for place in 0..<values.count {
                var draws = draws(place)
                values[place] = sample(&draws)
            }
        }
    }

    /// Returns a gamma number of this shape and scale 1.
    private static func gamma(shape: Double, _ layers: Ziggurat, _ draws: inout RandomDraws) -> Double {
        if shape < 1 {
            let boost = Double.pow(draws.openUniform(), 1 / shape)
            return boost * gamma(shape: shape + 1, layers, &draws)
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = layers.normalNumber(&draws)
            let root = 1 + c * x
            guard root > 0 else { continue }
            let cube = root * root * root
            let u = draws.openUniform()
            let bound = 0.5 * x * x + d * (1 - cube + Double.log(cube))
            if Double.log(u) < bound { return d * cube }
        }
    }
}
