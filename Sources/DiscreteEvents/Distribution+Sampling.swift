extension Distribution {
    /// Returns a value drawn from the distribution.
    ///
    /// | Shape | Method |
    /// |---|---|
    /// | uniform, exponential, Weibull | inverse of the distribution function |
    /// | lognormal | exponential of a normal number: Box and Muller, Ann. Math. Statist. 29 (1958) 610, cosine branch |
    /// | gamma | Marsaglia and Tsang, ACM Trans. Math. Softw. 26 (2000) 363, with their boost for a shape below 1 |
    /// | empirical | a uniform index |
    ///
    /// Means and standard deviations are finite and not negative, a Weibull shape is positive, and an empirical
    /// distribution has at least one value (a precondition). A standard deviation of 0 gives the mean.
    ///
    /// - Parameter draws: The random numbers to use; how many are used depends on the shape (none for a constant).
    /// - Returns: A value in the unit of the quantity.
    public func sample(_ draws: inout RandomDraws) -> Double {
        switch shape {
        case .constant(let value):
            return shift + value
        case .uniform(let min, let max):
            return shift + min + (max - min) * draws.uniform()
        case .exponential(let mean):
            return shift - mean * ElementaryFunctions.logarithm(draws.openUniform())
        case .lognormal(let mean, let sd):
            guard mean > 0, sd > 0 else { return shift + mean }
            let ratio = sd / mean
            let sigmaSquared = ElementaryFunctions.logarithmOfOnePlus(ratio * ratio)
            let normal = Self.normal(&draws)
            let exponent = sigmaSquared.squareRoot() * normal - sigmaSquared / 2
            return shift + mean * ElementaryFunctions.exponential(exponent)
        case .gamma(let mean, let sd):
            guard mean > 0, sd > 0 else { return shift + mean }
            let ratio = mean / sd
            return shift + sd / ratio * Self.gamma(shape: ratio * ratio, &draws)
        case .weibull(let mean, let shape):
            let scale = mean / ElementaryFunctions.gamma(1 + 1 / shape)
            return shift + scale
                * ElementaryFunctions.power(-ElementaryFunctions.logarithm(draws.openUniform()), 1 / shape)
        case .empirical(let values):
            precondition(!values.isEmpty, "an empirical distribution has at least one value")
            // u < 1, yet the product may round up to the count.
            return shift + values[Swift.min(Int(draws.uniform() * Double(values.count)), values.count - 1)]
        }
    }

    /// Returns a standard normal number; uses two uniform numbers.
    private static func normal(_ draws: inout RandomDraws) -> Double {
        let radius = (-2 * ElementaryFunctions.logarithm(draws.openUniform())).squareRoot()
        return radius * ElementaryFunctions.cosine(2 * Double.pi * draws.uniform())
    }

    /// Returns a gamma number of this shape and scale 1.
    private static func gamma(shape: Double, _ draws: inout RandomDraws) -> Double {
        if shape < 1 {
            let boost = ElementaryFunctions.power(draws.openUniform(), 1 / shape)
            return boost * gamma(shape: shape + 1, &draws)
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal(&draws)
            let root = 1 + c * x
            guard root > 0 else { continue }
            let cube = root * root * root
            let u = draws.openUniform()
            let bound = 0.5 * x * x + d * (1 - cube + ElementaryFunctions.logarithm(cube))
            if ElementaryFunctions.logarithm(u) < bound { return d * cube }
        }
    }
}
