import Statistics
import Testing

/// References: SciPy's binomial distribution, by search from below.
@Suite("ChanceConstraint", .timeLimit(.minutes(15)))
struct ChanceConstraintTests {
    typealias Certificate = ChanceConstraint.Certificate

    struct Reference: Sendable {
        var proportion: Double
        var confidence: Double
        /// The fewest windows for 0, 1, 2, 3, 5 and 10 failures.
        var trials: [Int]
    }

    static let references = [
        Reference(proportion: 0.95, confidence: 0.95, trials: [59, 93, 124, 153, 208, 336]),
        Reference(proportion: 0.9, confidence: 0.95, trials: [29, 46, 61, 76, 103, 167]),
        Reference(proportion: 0.95, confidence: 0.9, trials: [45, 77, 105, 132, 184, 306]),
        Reference(proportion: 0.99, confidence: 0.95, trials: [299, 473, 628, 773, 1049, 1693]),
        Reference(proportion: 0.97, confidence: 0.99, trials: [152, 219, 277, 332, 433, 667]),
        // 0.5² is exactly 1 − 0.75: a tie certifies.
        Reference(proportion: 0.5, confidence: 0.75, trials: [2, 5, 7, 10, 14, 25]),
    ]

    @Test(arguments: references)
    func fewestWindows(_ reference: Reference) {
        let constraint = ChanceConstraint(proportion: reference.proportion, confidence: reference.confidence)
        for (failures, trials) in zip([0, 1, 2, 3, 5, 10], reference.trials) {
            let certificate = constraint.certificate(allowedFailures: failures)
            #expect(certificate.trials == trials && certificate.allowedFailures == failures)
            #expect(constraint.certifies(failures: failures, trials: trials))
            #expect(!constraint.certifies(failures: failures, trials: trials - 1))
            #expect(!constraint.certifies(failures: failures + 1, trials: trials))
            #expect(constraint.lowerLimit(failures: failures, trials: trials) >= reference.proportion - 1e-12)
            #expect(constraint.lowerLimit(failures: failures, trials: trials - 1) < reference.proportion)
        }
    }

    @Test(arguments: [
        (0, 59, 0.950_492_390_111_773_1, 0.048_494_525_249_423_22),
        (1, 93, 0.950_006_021_612_011_6, 0.049_975_795_242_616_13),
        (2, 124, 0.950_099_828_771_688, 0.049_529_777_678_686_84),
        (0, 20, 0.860_891_659_331_734_8, 0.358_485_922_408_542_2),
        (3, 40, 0.817_413_149_984_098_8, 0.861_850_224_498_934_3),
        (7, 200, 0.935_267_477_863_151_5, 0.213_304_702_784_702_98),
    ])
    func lowerLimitAndPValue(failures: Int, trials: Int, limit: Double, pValue: Double) {
        let constraint = ChanceConstraint()
        #expect(abs(constraint.lowerLimit(failures: failures, trials: trials) - limit) < 1e-12)
        #expect(abs(constraint.pValue(failures: failures, trials: trials) - pValue) < 1e-12)
    }

    @Test func extremes() {
        let constraint = ChanceConstraint()
        #expect(constraint.lowerLimit(failures: 0, trials: 0) == 0 && !constraint.certifies(failures: 0, trials: 0))
        #expect(constraint.lowerLimit(failures: 8, trials: 8) == 0 && !constraint.certifies(failures: 8, trials: 8))
    }

    /// Each of the three plans is right alone; tried in turn, they are wrong nearly twice as often as promised.
    @Test func tryingPlansInTurnIsNotOneTest() {
        let constraint = ChanceConstraint()
        let plans = (0...2).map { constraint.certificate(allowedFailures: $0) }
        for (count, expected) in [
            (1, 0.048_494_525_249_423_236), (2, 0.074_821_060_243_301_6), (3, 0.092_620_749_272_759_2),
        ] {
            let wrong = constraint.wrongCertificateProbability(trying: Array(plans.prefix(count)))
            #expect(abs(wrong - expected) < 1e-14)
        }
    }

    @Test func escalationKeepsTheConfidence() {
        let constraint = ChanceConstraint()
        let plans = constraint.escalation(allowedFailures: 2)
        #expect(plans.map(\.trials) == [72, 109, 141] && plans.map(\.allowedFailures) == [0, 1, 2])
        #expect(abs(constraint.wrongCertificateProbability(trying: plans) - 0.049_486_174_178_454_34) < 1e-14)
        #expect(constraint.escalation(allowedFailures: 0) == [constraint.certificate(allowedFailures: 0)])
        let other = ChanceConstraint(proportion: 0.9, confidence: 0.99)
        #expect(other.wrongCertificateProbability(trying: other.escalation(allowedFailures: 4)) <= 0.01)
    }
}
