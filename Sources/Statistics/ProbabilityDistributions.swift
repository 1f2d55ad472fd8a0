import RealModule

/// The normal distribution with mean 0 and standard deviation 1.
package enum StandardNormal {
    /// Returns the probability of a value up to `z`.
    package static func cumulative(_ z: Double) -> Double {
        0.5 * Double.erfc(-z * 0.5.squareRoot())
    }

    /// Returns the `z` that a value stays below with this probability; 0 and 1 give −∞ and ∞.
    ///
    /// Relative error about 1e-16. Source: Wichura, algorithm AS 241 (PPND16), Appl. Statist. 37 (1988) 477.
    package static func quantile(_ probability: Double) -> Double {
        precondition((0...1).contains(probability), "a probability is in 0…1")
        if probability == 0 { return -.infinity }
        if probability == 1 { return .infinity }
        let q = probability - 0.5
        if abs(q) <= 0.425 {
            let r = 0.180625 - q * q
            return q * polynomial(central.numerator, r) / polynomial(central.denominator, r)
        }
        let r = (-Double.log(min(probability, 1 - probability))).squareRoot()
        let z =
            r <= 5
            ? polynomial(middle.numerator, r - 1.6) / polynomial(middle.denominator, r - 1.6)
            : polynomial(tail.numerator, r - 5) / polynomial(tail.denominator, r - 5)
        return q < 0 ? -z : z
    }

    private typealias Rational = (numerator: [Double], denominator: [Double])

    private static let central: Rational = (
        [
            3.387_132_872_796_366_608, 1.331_416_678_917_843_774_5e2, 1.971_590_950_306_551_442_7e3,
            1.373_169_376_550_946_112_5e4, 4.592_195_393_154_987_145_7e4, 6.726_577_092_700_870_085_3e4,
            3.343_057_558_358_812_810_5e4, 2.509_080_928_730_122_672_7e3,
        ],
        [
            1, 4.231_333_070_160_091_125_2e1, 6.871_870_074_920_579_083e2, 5.394_196_021_424_751_107_7e3,
            2.121_379_430_158_659_586_7e4, 3.930_789_580_009_271_061e4, 2.872_908_573_572_194_267_4e4,
            5.226_495_278_852_854_561e3,
        ]
    )

    private static let middle: Rational = (
        [
            1.423_437_110_749_683_577_34, 4.630_337_846_156_545_295_9, 5.769_497_221_460_691_405_5,
            3.647_848_324_763_204_605_04, 1.270_458_252_452_368_382_58, 2.417_807_251_774_506_117_7e-1,
            2.272_384_498_926_918_458_33e-2, 7.745_450_142_783_414_076_4e-4,
        ],
        [
            1, 2.053_191_626_637_758_821_87, 1.676_384_830_183_803_849_4, 6.897_673_349_851_000_045_5e-1,
            1.481_039_764_274_800_745_9e-1, 1.519_866_656_361_645_719_66e-2, 5.475_938_084_995_344_946e-4,
            1.050_750_071_644_416_843_24e-9,
        ]
    )

    private static let tail: Rational = (
        [
            6.657_904_643_501_103_777_2, 5.463_784_911_164_114_369_9, 1.784_826_539_917_291_335_8,
            2.965_605_718_285_048_912_3e-1, 2.653_218_952_657_612_309_3e-2, 1.242_660_947_388_078_438_6e-3,
            2.711_555_568_743_487_578_15e-5, 2.010_334_399_292_288_132_65e-7,
        ],
        [
            1, 5.998_322_065_558_879_376_9e-1, 1.369_298_809_227_358_053_1e-1, 1.487_536_129_085_061_485_25e-2,
            7.868_691_311_456_132_591e-4, 1.846_318_317_510_054_681_8e-5, 1.421_511_758_316_445_888_7e-7,
            2.044_263_103_389_939_785_64e-15,
        ]
    )

    private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
        coefficients.reversed().reduce(0) { $0 * x + $1 }
    }
}

/// Student's t distribution.
package struct StudentTDistribution: Hashable, Sendable {
    /// The degrees of freedom, positive; they need not be whole.
    package var degreesOfFreedom: Double

    /// Creates the distribution with these degrees of freedom (positive, a precondition).
    package init(degreesOfFreedom: Double) {
        precondition(degreesOfFreedom > 0, "degrees of freedom are positive")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// Returns the probability of a value above `t`.
    ///
    /// Half of I(ν/(ν + t²); ν/2, 1/2) for a positive `t`: Abramowitz and Stegun, Handbook of Mathematical Functions,
    /// 26.7.1.
    package func survival(_ t: Double) -> Double {
        let nu = degreesOfFreedom
        let square = t * t
        if square == .infinity { return t > 0 ? 0 : 1 }
        let sum = nu + square
        let half = 0.5 * SpecialFunctions.incompleteBeta(nu / 2, 0.5, nu / sum, complement: square / sum)
        return t >= 0 ? half : 1 - half
    }

    /// Returns the `t` that a value stays below with this probability; 0 and 1 give −∞ and ∞.
    ///
    /// Newton's method on the logarithm of the survival function, kept within a bracket.
    package func quantile(_ probability: Double) -> Double {
        precondition((0...1).contains(probability), "a probability is in 0…1")
        if probability == 0.5 { return 0 }
        return probability < 0.5 ? -upperQuantile(probability) : upperQuantile(1 - probability)
    }

    /// Returns the positive `t` that is exceeded with a probability below one half.
    private func upperQuantile(_ tail: Double) -> Double {
        if tail == 0 { return .infinity }
        var upper = max(1, -StandardNormal.quantile(tail))
        var lower = 0.0
        while survival(upper) > tail {
            lower = upper
            upper *= 2
            if upper > 1e150 { return .infinity }
        }
        let nu = degreesOfFreedom
        let logConstant =
            -SpecialFunctions.logBeta(nu / 2, 0.5) - 0.5 * Double.log(nu)
        let logTail = Double.log(tail)
        return SpecialFunctions.increasingRoot(in: lower...upper, start: lower + (upper - lower) / 2) { t in
            let survival = survival(t)
            let logDensity = logConstant - (nu + 1) / 2 * Double.log(onePlus: t * t / nu)
            let value = logTail - Double.log(survival)
            return (value, Double.exp(logDensity) / survival)
        }
    }
}

/// The chi-square distribution.
package struct ChiSquareDistribution: Hashable, Sendable {
    /// The degrees of freedom, positive.
    package var degreesOfFreedom: Double

    /// Creates the distribution with these degrees of freedom (positive, a precondition).
    package init(degreesOfFreedom: Double) {
        precondition(degreesOfFreedom > 0, "degrees of freedom are positive")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// Returns the probability of a value above `x`: Q(ν/2, x/2).
    package func survival(_ x: Double) -> Double {
        x <= 0 ? 1 : SpecialFunctions.incompleteGamma(degreesOfFreedom / 2, x / 2).upper
    }
}
