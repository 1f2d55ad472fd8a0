import Statistics
import Testing

/// References: an independent computation in Python by convolution of binomial distributions between the looks.
@Suite("SequentialPlan", .timeLimit(.minutes(5)))
struct SequentialPlanTests {
    /// 95 % of windows with 95 % confidence: fifteen looks, so that a setting at half of the permitted failures is certified with 0.8.
    @Test func theUsualRequirement() {
        let plan = SequentialPlan(ChanceConstraint())
        #expect(plan.looks.count == 15 && plan.mostTrials == 498)
        #expect(plan.looks.prefix(3).map(\.trials) == [88, 127, 162])
        #expect(plan.looks.map(\.certifiesUpTo) == Array(0..<15))
        let (certified, _) = plan.probabilities(failure: 0.05)
        #expect(certified <= 0.05 && certified > 0.0485)
        #expect(abs(plan.probabilities(failure: 0.025).certified - 0.8085) < 0.002)
    }

    /// Whatever the requirement, every look counted, both errors keep to 1 − confidence, and the power is the promised one.
    @Test(arguments: [(0.95, 0.95), (0.9, 0.95), (0.95, 0.9), (0.99, 0.95), (0.8, 0.99)])
    func errorsAndPower(proportion: Double, confidence: Double) {
        let plan = SequentialPlan(ChanceConstraint(proportion: proportion, confidence: confidence))
        let (certified, rejected) = plan.probabilities(failure: 1 - proportion)
        #expect(certified <= 1 - confidence + 1e-9 && rejected <= 1 - confidence + 1e-9)
        #expect(plan.probabilities(failure: (1 - proportion) / 2).certified >= 0.8)
        // A setting that fails in a third of its windows, or twice as often as permitted, is rejected and not certified.
        let bad = plan.probabilities(failure: min(0.6, 3 * (1 - proportion)))
        #expect(bad.rejected > 0.9 && bad.certified < 0.01)
        for (look, next) in zip(plan.looks, plan.looks.dropFirst()) {
            #expect(look.trials < next.trials && look.certifiesUpTo + 1 == next.certifiesUpTo)
            #expect(look.rejectsFrom ?? .max > look.certifiesUpTo)
        }
    }

    @Test func looksDecide() {
        let plan = SequentialPlan(ChanceConstraint())
        #expect(plan.decide(atLook: 0, failures: 0) == .certified && plan.decide(atLook: 0, failures: 1) == .goOn)
        #expect(plan.decide(atLook: 0, failures: plan.looks[0].rejectsFrom ?? 0) == .rejected)
        #expect(
            plan.decide(atLook: 14, failures: 14) == .certified
                && plan.decide(atLook: 14, failures: 15) == .inconclusive
        )
    }

    /// Settings whose true share lies at the requirement are certified as often as was computed.
    @Test func aWrongCertificateIsAsRareAsPromised() {
        let plan = SequentialPlan(ChanceConstraint())
        var generator = SplitMix64(seed: 13)
        let rounds = 20_000
        var (certified, rejected) = (0, 0)
        for _ in 0..<rounds {
            var (windows, failures) = (0, 0)
            for (index, look) in plan.looks.enumerated() {
                while windows < look.trials {
                    if generator.uniform() < 0.05 { failures += 1 }
                    windows += 1
                }
                let decision = plan.decide(atLook: index, failures: failures)
                if decision == .certified { certified += 1 }
                if decision == .rejected { rejected += 1 }
                if decision != .goOn { break }
            }
        }
        // Four standard errors of a share of 0.05 in 20,000.
        let exact = plan.probabilities(failure: 0.05)
        #expect(abs(Double(certified) / Double(rounds) - exact.certified) < 0.0062)
        #expect(abs(Double(rejected) / Double(rounds) - exact.rejected) < 0.0062)
    }
}
