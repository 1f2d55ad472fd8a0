/// A distribution of a non-negative quantity, usually a duration in seconds.
///
/// A value is drawn from ``shape`` and ``shift`` is added. Parameters are those a planner states (mean and standard
/// deviation of the quantity itself), not the internal ones of a formula.
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
}
