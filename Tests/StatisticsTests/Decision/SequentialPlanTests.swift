import Statistics
import Testing

/// References: an independent computation in Python by convolution of binomial distributions between the looks.
@Suite("SequentialPlan", .timeLimit(.minutes(15)))
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

    /// The probabilities are those of a count window by window, also where there are tens of thousands of them.
    @Test(arguments: [(0.95, 0.95, 0.05), (0.8, 0.99, 1), (0.5, 0.9, 0.97), (0.999, 0.95, 0.001)])
    func theCountIsThatOfSingleWindows(proportion: Double, confidence: Double, failure: Double) {
        let plan = SequentialPlan(ChanceConstraint(proportion: proportion, confidence: confidence))
        let most = plan.looks.map { max($0.certifiesUpTo, $0.rejectsFrom ?? 0) }.max() ?? 0
        var open = [1.0] + [Double](repeating: 0, count: most + 1)
        var (windows, certified, rejected) = (0, 0.0, 0.0)
        for look in plan.looks {
            for _ in windows..<look.trials {
                for failures in stride(from: most + 1, to: 0, by: -1) {
                    let stays = failures > most ? 1 : 1 - failure
                    open[failures] = open[failures] * stays + open[failures - 1] * failure
                }
                open[0] *= 1 - failure
            }
            windows = look.trials
            for (failures, chance) in open.enumerated() {
                if failures <= look.certifiesUpTo { certified += chance }
                if let bound = look.rejectsFrom, failures >= bound { rejected += chance }
                let isOpen = failures > look.certifiesUpTo && failures < look.rejectsFrom ?? .max
                if !isOpen { open[failures] = 0 }
            }
        }
        let probabilities = plan.probabilities(failure: failure)
        #expect(abs(probabilities.certified - certified) < 1e-11 && abs(probabilities.rejected - rejected) < 1e-11)
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

    /// Settings at the requirement, just below it, and with half of the permitted failures are certified and rejected as often as
    /// was computed, and so never more often than promised, and often enough.
    @Test(arguments: [(0.05, 1, 50_000), (0.0505, 2, 1_000_000), (0.025, 3, 50_000), (0.1, 4, 50_000)])
    func decisionsAreAsFrequentAsPromised(failure: Double, seed: Int, rounds: Int) {
        let plan = SequentialPlan(ChanceConstraint())
        var generator = SplitMix64(seed: UInt64(seed))
        // What each look decides on each number of failures, and the failures between two looks, which are binomial.
        let most = plan.mostTrials
        let decisions = plan.looks.indices.map { look in
            (0...most).map { plan.decide(atLook: look, failures: $0) }
        }
        let steps = zip(plan.looks, [0] + plan.looks.map(\.trials)).map { look, before in
            Self.cumulative(trials: look.trials - before, failure: failure)
        }
        var counts: [SequentialPlan.Decision: Int] = [:]
        for _ in 0..<rounds {
            var (look, failures) = (0, 0)
            while true {
                let uniform = generator.uniform()
                var more = 0
                while uniform >= steps[look][more] { more += 1 }
                failures += more
                guard decisions[look][failures] == .goOn else { break }
                look += 1
            }
            counts[decisions[look][failures], default: 0] += 1
        }
        let exact = plan.probabilities(failure: failure)
        for (decision, probability) in [
            (.certified, exact.certified), (SequentialPlan.Decision.rejected, exact.rejected),
        ] {
            // Four standard errors.
            let tolerance = 4 * (probability * (1 - probability) / Double(rounds)).squareRoot() + 1e-6
            let share = Double(counts[decision] ?? 0) / Double(rounds)
            #expect(abs(share - probability) < tolerance, "\(decision): \(share), exactly \(probability)")
        }
        let certified = Double(counts[.certified] ?? 0) / Double(rounds)
        if failure > 0.05 { #expect(certified < 0.05) }
        if failure == 0.025 { #expect(certified > 0.8) }
    }

    /// P(Bin(trials, failure) ≤ k) for k = 0, 1, … up to where nothing is left.
    private static func cumulative(trials: Int, failure: Double) -> [Double] {
        var term = 1.0
        for _ in 0..<trials { term *= 1 - failure }
        var (sum, sums) = (0.0, [Double]())
        for count in 0...trials {
            sum += term
            sums.append(sum)
            if sum > 1 - 1e-15 { break }
            term *= Double(trials - count) / Double(count + 1) * failure / (1 - failure)
        }
        // Rounding leaves a gap below 1 that no draw may fall into.
        sums[sums.count - 1] = 1
        return sums
    }
}
