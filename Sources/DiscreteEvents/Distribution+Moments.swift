extension Distribution {
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
            let first = ElementaryFunctions.gamma(1 + 1 / shape)
            let second = ElementaryFunctions.gamma(1 + 2 / shape)
            return mean * mean * Swift.max(0, second / (first * first) - 1)
        case .empirical(let values):
            let count = Double(values.count)
            let mean = values.reduce(0, +) / count
            return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        }
    }

    /// The standard deviation, in the unit of the quantity.
    public var standardDeviation: Double { variance.squareRoot() }
}
