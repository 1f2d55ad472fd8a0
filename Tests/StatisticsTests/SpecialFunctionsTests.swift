import Testing

@testable import Statistics

/// References: mpmath at 40 digits.
@Suite("SpecialFunctions", .timeLimit(.minutes(15)))
struct SpecialFunctionsTests {
    @Test func logGamma() {
        let references: [(Double, Double)] = [
            (1e-10, 23.025_850_929_882_735_2), (0.1, 2.252_712_651_734_205_9), (0.5, 0.572_364_942_924_700_087),
            (1, 0), (1.5, -0.120_782_237_635_245_222), (2, 0), (2.5, 0.284_682_870_472_919_16),
            (3.7, 1.428_072_326_665_388_13), (9.99, 12.779_315_214_350_193_4), (10, 12.801_827_480_081_469_6),
            (100.25, 360.284_559_637_764_235), (10_000, 82_099.717_496_442_377_3), (1e7, 151_180_949.369_473_914),
        ]
        for (x, expected) in references {
            #expect(abs(SpecialFunctions.logGamma(x) - expected) <= max(1e-14, 3e-15 * abs(expected)), "at \(x)")
        }
    }

    @Test func incompleteGamma() {
        let references: [(Double, Double, Double, Double)] = [
            (0.5, 0.1, 0.345_279_153_981_422_98, 0.654_720_846_018_577_02),
            (0.5, 3, 0.985_694_121_564_570_36, 0.014_305_878_435_429_64),
            (2, 1.944_047_619_047_619, 0.578_637_699_181_269_95, 0.421_362_300_818_730_05),
            (1, 50, 1, 1.928_749_847_963_917_8e-22),
            (10, 3, 0.001_102_488_130_115_479_7, 0.998_897_511_869_884_52),
            (10, 25, 0.999_778_523_361_751_22, 0.000_221_476_638_248_786_38),
            (100, 90, 0.158_220_989_186_430_17, 0.841_779_010_813_569_83),
            (1000, 1100, 0.998_940_676_746_070_02, 0.001_059_323_253_929_977_3),
            (0.001, 0.5, 0.999_439_933_343_529_25, 0.000_560_066_656_470_749_89),
        ]
        for (a, x, lower, upper) in references {
            let value = SpecialFunctions.incompleteGamma(a, x)
            #expect(abs(value.lower - lower) <= 1e-12 * lower, "P(\(a), \(x))")
            // Where the series is used the upper function is a complement: an absolute error.
            let tolerance = x < a + 1 ? 1e-14 : 1e-12 * upper
            #expect(abs(value.upper - upper) <= tolerance, "Q(\(a), \(x))")
        }
        #expect(SpecialFunctions.incompleteGamma(3, 0) == (0, 1))
        #expect(SpecialFunctions.incompleteGamma(3, .infinity) == (1, 0))
    }

    @Test func incompleteBeta() {
        let references: [(Double, Double, Double, Double)] = [
            (0.5, 0.5, 0.3, 0.369_010_119_565_545_38), (2, 3, 0.4, 0.5248), (5, 1, 0.9, 0.590_49),
            (0.1, 10, 0.01, 0.824_489_670_906_698_76), (30, 970, 0.02, 0.020_455_055_563_425_703),
            (300, 9701, 0.0335, 0.977_212_672_808_753_27), (1000, 1000, 0.52, 0.963_220_516_721_360_43),
            (1, 100, 0.036, 0.974_431_609_516_408_17),
        ]
        for (a, b, x, expected) in references {
            #expect(abs(SpecialFunctions.incompleteBeta(a, b, x) - expected) <= 1e-11, "I(\(x); \(a), \(b))")
            #expect(abs(SpecialFunctions.incompleteBeta(b, a, 1 - x) - (1 - expected)) <= 1e-11)
        }
        #expect(SpecialFunctions.incompleteBeta(2, 3, 0) == 0)
        #expect(SpecialFunctions.incompleteBeta(2, 3, 1) == 1)
    }

    @Test func inverseIncompleteBeta() {
        let references: [(Double, Double, Double, Double)] = [
            (0.5, 0.5, 0.1, 0.024_471_741_852_423_217), (2, 3, 0.4, 0.329_166_503_378_408_07),
            (30, 971, 0.025, 0.020_330_485_683_109_628), (300, 9701, 0.025, 0.026_744_013_789_414_848),
            (301, 9700, 0.975, 0.033_533_364_205_219_419), (1, 100, 0.975, 0.036_216_692_645_176_41),
            (0.1, 10, 0.2, 6.508_895_421_737_402_1e-9), (50, 0.5, 0.3, 0.989_262_328_608_129_83),
            (3000, 97_000, 0.001, 0.028_359_778_923_366_48),
        ]
        for (a, b, probability, expected) in references {
            let value = SpecialFunctions.inverseIncompleteBeta(a, b, probability)
            #expect(abs(value / expected - 1) <= 1e-11, "quantile \(probability) of (\(a), \(b)): \(value)")
        }
        #expect(SpecialFunctions.inverseIncompleteBeta(2, 3, 0) == 0)
        #expect(SpecialFunctions.inverseIncompleteBeta(2, 3, 1) == 1)
    }

    @Test func standardNormalQuantile() {
        let references: [(Double, Double)] = [
            (1e-300, -37.047_096_299_361_2), (1e-12, -7.034_483_825_301_131_9), (1e-6, -4.753_424_308_822_899),
            (0.001, -3.090_232_306_167_813_5), (0.025, -1.959_963_984_540_054_2), (0.07, -1.475_791_028_179_170_7),
            (0.08, -1.405_071_560_309_632_5), (0.3, -0.524_400_512_708_040_82), (0.5, 0),
            (0.6, 0.253_347_103_135_799_74), (0.925, 1.439_531_470_938_456_2), (0.95, 1.644_853_626_951_472_3),
            (0.975, 1.959_963_984_540_053_9), (0.99, 2.326_347_874_040_840_8), (0.999, 3.090_232_306_167_813_3),
            (0.999_999_999, 5.997_807_019_601_637_4),
        ]
        for (probability, expected) in references {
            let value = StandardNormal.quantile(probability)
            #expect(abs(value - expected) <= 1e-14 * max(1, abs(expected)), "quantile \(probability): \(value)")
        }
        #expect(StandardNormal.quantile(0) == -.infinity && StandardNormal.quantile(1) == .infinity)
        #expect(abs(StandardNormal.cumulative(-3.090_232_306_167_813_5) - 0.001) < 1e-17)
    }

    @Test func chiSquareSurvival() {
        let references: [(Double, Double, Double)] = [
            (3.841_458_820_694_124, 1, 0.050_000_000_000_000_057), (5.991_464_547_107_979, 2, 0.05),
            (3.888_095_238_095_238, 4, 0.421_362_300_818_730_05), (100, 4, 9.836_624_224_615_980_7e-21),
            (120, 100, 0.084_406_681_093_691_83), (0.2, 3, 0.977_589_297_761_649_4),
        ]
        for (x, degreesOfFreedom, expected) in references {
            let value = ChiSquareDistribution(degreesOfFreedom: degreesOfFreedom).survival(x)
            #expect(abs(value / expected - 1) <= 1e-12, "survival of \(x) with \(degreesOfFreedom)")
        }
        #expect(ChiSquareDistribution(degreesOfFreedom: 2).survival(0) == 1)
    }

    @Test func studentTQuantile() {
        let references: [(Double, Double, Double)] = [
            (0.975, 1, 12.706_204_736_174_693), (0.975, 2, 4.302_652_729_749_461_8),
            (0.95, 3, 2.353_363_434_801_822_9), (0.975, 4, 2.776_445_105_197_793_5),
            (0.975, 9, 2.262_157_162_798_205), (0.995, 19, 2.860_934_606_464_978_8),
            (0.975, 29, 2.045_229_642_132_703_9), (0.9, 99, 1.290_161_442_034_485_3),
            (0.999, 1000, 3.098_402_163_912_922_6), (0.0001, 1, -3183.098_757_118_150_8),
            (0.6, 2.5, 0.281_459_512_748_547_59), (0.999_999_9, 5, 39.341_819_621_052_61),
            (0.975, 1e6, 1.959_966_356_814_107),
        ]
        for (probability, degreesOfFreedom, expected) in references {
            let distribution = StudentTDistribution(degreesOfFreedom: degreesOfFreedom)
            let value = distribution.quantile(probability)
            #expect(abs(value / expected - 1) <= 1e-9, "\(probability) with \(degreesOfFreedom): \(value)")
            #expect(abs(distribution.survival(value) - (1 - probability)) <= 1e-11)
        }
        let distribution = StudentTDistribution(degreesOfFreedom: 7)
        #expect(distribution.quantile(0.5) == 0 && distribution.quantile(1) == .infinity)
        #expect(abs(distribution.quantile(0.2) + distribution.quantile(0.8)) < 1e-14)
    }
}
