import RealModule

/// A distribution of a non-negative quantity, usually a duration in seconds.
///
/// A value is drawn from ``shape``, then ``shift`` is added. Parameters are those that a planner knows: mean and standard
/// deviation of the quantity itself.
public struct Distribution: Hashable, Sendable {
    /// The family of the distribution and its parameters.
    public enum Shape: Hashable, Sendable {
        /// Always this value.
        case constant(Double)
        /// Any value in `min…max`, equally likely.
        case uniform(min: Double, max: Double)
        /// Memoryless, with this mean.
        case exponential(mean: Double)
        /// The logarithm is normal; `mean` and `sd` are those of the quantity, not of its logarithm.
        case lognormal(mean: Double, sd: Double)
        /// Gamma with this mean and standard deviation (shape `mean²/sd²`, scale `sd²/mean`).
        case gamma(mean: Double, sd: Double)
        /// Weibull with this mean and this shape parameter `k` (scale `mean/Γ(1 + 1/k)`).
        case weibull(mean: Double, shape: Double)
        /// Each listed value is equally likely.
        case empirical([Double])
    }

    /// The family and its parameters.
    public var shape: Shape
    /// A constant added to every value; 0 unless stated.
    public var shift: Double

    /// Creates a distribution.
    public init(_ shape: Shape, shift: Double = 0) {
        self.shape = shape
        self.shift = shift
    }

    /// The distribution that always gives `value`.
    public static func constant(_ value: Double) -> Distribution { Distribution(.constant(value)) }
    /// The exponential distribution with this mean.
    public static func exponential(mean: Double) -> Distribution { Distribution(.exponential(mean: mean)) }

    /// The mean, in the unit of the quantity.
    ///
    /// An empirical distribution without values has no mean: NaN.
    public var mean: Double {
        switch shape {
        case .constant(let value): shift + value
        case .uniform(let min, let max): shift + (min + max) / 2
        case .exponential(let mean), .lognormal(let mean, _), .gamma(let mean, _), .weibull(let mean, _): shift + mean
        case .empirical(let values): shift + values.reduce(0, +) / Double(values.count)
        }
    }

    /// The variance, in the squared unit of the quantity.
    ///
    /// Closed forms; for an empirical distribution that of the listed values taken as the whole population, NaN without
    /// values.
    public var variance: Double {
        switch shape {
        case .constant: return 0
        case .uniform(let min, let max): return (max - min) * (max - min) / 12
        case .exponential(let mean): return mean * mean
        case .lognormal(_, let sd), .gamma(_, let sd): return sd * sd
        case .weibull(let mean, let shape):
            let first = Double.gamma(1 + 1 / shape)
            let second = Double.gamma(1 + 2 / shape)
            return mean * mean * Swift.max(0, second / (first * first) - 1)
        case .empirical(let values):
            let count = Double(values.count)
            let mean = values.reduce(0, +) / count
            return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        }
    }

    /// Returns a value drawn from the distribution, in the unit of the quantity.
    ///
    /// For many values prepare a ``Sampler`` once: it gives the same values faster, and lists the methods. Means and
    /// standard deviations are finite and not negative, a Weibull shape is positive, and an empirical distribution has at
    /// least one value (a precondition). A standard deviation of 0 gives the mean.
    ///
    /// - Parameter draws: The random numbers to use; how many are used depends on the shape (none for a constant).
    public func sample(_ draws: inout RandomDraws) -> Double { Sampler(self).sample(&draws) }
}
