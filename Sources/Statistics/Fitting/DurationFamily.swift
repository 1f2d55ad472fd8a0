import RealModule

/// A family of distributions of durations.
package enum DurationFamily: String, CaseIterable, Hashable, Sendable {
    case exponential, gamma, lognormal, weibull

    /// The number of parameters besides the shift.
    package var parameterCount: Int { self == .exponential ? 1 : 2 }
}

/// A distribution of a family: its two parameters as a search moves them, and a shift that is added to every value.
package struct DurationModel: Hashable, Sendable {
    package var family: DurationFamily
    /// The logarithm of the mean (exponential, gamma) or of the scale λ (Weibull), both in seconds; of a lognormal value
    /// the mean of its logarithm.
    package var location: Double
    /// The logarithm of the shape (gamma, Weibull) or of the standard deviation σ of the logarithm (lognormal); 0 for
    /// the exponential family.
    package var form: Double
    /// What is added to every value, in seconds.
    package var shift: Double

    package init(_ family: DurationFamily, location: Double, form: Double = 0, shift: Double = 0) {
        self.family = family
        self.location = location
        self.form = form
        self.shift = shift
    }

    /// The values of ``form`` that a search may give.
    ///
    /// They lie within what a scenario may say: standard deviations between 10⁻⁵ and 1,000 means (gamma: between 0.003
    /// and 10 means, where sums of its series are short and quantiles do not underflow), Weibull shapes 0.05 to 1,000.
    static func formBounds(_ family: DurationFamily) -> ClosedRange<Double> {
        switch family {
        case .exponential: 0...0
        case .gamma: Double.log(0.01)...Double.log(1e5)
        case .lognormal: Double.log(1e-5)...Double.log(3.716)
        case .weibull: Double.log(0.0501)...Double.log(999)
        }
    }

    /// The mean of a value without the shift, in seconds.
    package var unshiftedMean: Double {
        switch family {
        case .exponential, .gamma: Double.exp(location)
        case .lognormal: Double.exp(location + Double.exp(2 * form) / 2)
        case .weibull: Double.exp(location + SpecialFunctions.logGamma(1 + Double.exp(-form)))
        }
    }

    /// The mean, in seconds.
    package var mean: Double { shift + unshiftedMean }

    /// The standard deviation, in seconds.
    package var standardDeviation: Double {
        switch family {
        case .exponential: return unshiftedMean
        case .gamma: return unshiftedMean * Double.exp(-form / 2)
        case .lognormal: return unshiftedMean * Double.expMinusOne(Double.exp(2 * form)).squareRoot()
        case .weibull:
            let inverse = Double.exp(-form)
            let logRatio = SpecialFunctions.logGamma(1 + 2 * inverse) - 2 * SpecialFunctions.logGamma(1 + inverse)
            return unshiftedMean * max(0, Double.expMinusOne(logRatio)).squareRoot()
        }
    }

    /// The shape parameter; nil where the family is told by mean and standard deviation.
    package var weibullShape: Double? { family == .weibull ? Double.exp(form) : nil }

    /// The probability of a value up to `x` seconds.
    package func cumulative(_ x: Double) -> Double {
        guard x > shift else { return 0 }
        let tail = PreparedModel(self).tail(x - shift)
        return tail.isUpper ? -Double.expMinusOne(tail.log) : Double.exp(tail.log)
    }

    /// The probability of a value above `x` seconds.
    package func survival(_ x: Double) -> Double {
        guard x > shift else { return 1 }
        let tail = PreparedModel(self).tail(x - shift)
        return tail.isUpper ? Double.exp(tail.log) : -Double.expMinusOne(tail.log)
    }

    /// Returns the value, in seconds, that is not exceeded with this probability, which is between 0 and 1 (a precondition).
    package func quantile(_ probability: Double) -> Double {
        precondition(probability > 0 && probability < 1, "a quantile has a probability between 0 and 1")
        switch family {
        case .exponential: return shift - Double.exp(location) * Double.log(onePlus: -probability)
        case .weibull:
            let logHazard = Double.log(-Double.log(onePlus: -probability))
            return shift + Double.exp(location + logHazard * Double.exp(-form))
        case .lognormal: return shift + Double.exp(location + Double.exp(form) * StandardNormal.quantile(probability))
        case .gamma:
            let prepared = PreparedModel(self)
            // The logarithm of a quantile: bisection on the logarithm of the smaller tail is safe over 600 decades.
            let logValue = SpecialFunctions.increasingRoot(in: (location - 700)...(location + 12)) { logX in
                let tail = prepared.tail(Double.exp(logX))
                let lower = tail.isUpper ? -Double.expMinusOne(tail.log) : Double.exp(tail.log)
                return lower - probability
            }
            return shift + Double.exp(logValue)
        }
    }
}

/// The logarithm of a tail probability of a distribution and its derivatives.
struct LogTail {
    /// Whether this is the probability of values above; below otherwise.
    var isUpper: Bool
    var log: Double
    /// The derivative with respect to ``DurationModel/location``.
    var byLocation: Double
    /// The derivative with respect to ``DurationModel/form``.
    var byForm: Double
    /// The derivative with respect to the value.
    var byValue: Double
}

/// A model with what is the same for all values computed once.
struct PreparedModel {
    private let family: DurationFamily
    private let location: Double
    /// The shape, or σ of a lognormal distribution.
    private let shape: Double
    private let inverseScale: Double
    private let gamma: GammaTail

    init(_ model: DurationModel) {
        family = model.family
        location = model.location
        shape = Double.exp(model.form)
        inverseScale =
            model.family == .gamma ? Double.exp(model.form - model.location) : Double.exp(-model.location)
        gamma = model.family == .gamma ? GammaTail(shape: shape) : GammaTail.none
    }

    /// Returns the tail that is known to full relative precision at a positive value.
    func tail(_ x: Double) -> LogTail {
        switch family {
        case .exponential:
            let u = x * inverseScale
            return LogTail(isUpper: true, log: -u, byLocation: u, byForm: 0, byValue: -inverseScale)
        case .weibull:
            let logRatio = Double.log(x) - location
            let u = Double.exp(shape * logRatio)
            return LogTail(
                isUpper: true,
                log: -u,
                byLocation: shape * u,
                byForm: -u * shape * logRatio,
                byValue: -shape * u / x
            )
        case .lognormal:
            let z = (Double.log(x) - location) / shape
            let isUpper = z >= 0
            let log = StandardNormal.logTail(abs(z))
            // φ(z)/Φ(−|z|), with the sign of the tail.
            let ratio = Double.exp(-0.5 * z * z - 0.918_938_533_204_672_8 - log) * (isUpper ? 1 : -1)
            return LogTail(
                isUpper: isUpper,
                log: log,
                byLocation: ratio / shape,
                byForm: ratio * z,
                byValue: -ratio / (shape * x)
            )
        case .gamma:
            let u = x * inverseScale
            let tail = gamma.tail(u)
            return LogTail(
                isUpper: tail.isUpper,
                log: tail.log,
                byLocation: -u * tail.byValue,
                byForm: shape * tail.byShape + u * tail.byValue,
                byValue: tail.byValue * inverseScale
            )
        }
    }
}

extension StandardNormal {
    /// Returns the logarithm of the probability of a value above a `z` that is not negative.
    ///
    /// By the asymptotic series of Abramowitz and Stegun 26.2.12 from 25 upward, where it is exact in double precision.
    static func logTail(_ z: Double) -> Double {
        if z < 25 { return Double.log(0.5 * Double.erfc(z * 0.5.squareRoot())) }
        let inverse = 1 / (z * z)
        let series = 1 - inverse * (1 - 3 * inverse * (1 - 5 * inverse * (1 - 7 * inverse)))
        return -0.5 * z * z - Double.log(z) - 0.918_938_533_204_672_8 + Double.log(series)
    }
}
