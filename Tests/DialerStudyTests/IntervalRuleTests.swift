import RunReport
import ScenarioFile
import Statistics
import Testing

@testable import DialerStudy

@Suite("IntervalRule", .timeLimit(.minutes(5)))
struct IntervalRuleTests {
    @Test(
        arguments: [
            (.atMost, 0.01, 0.03, .pass), (.atMost, 0.01, 0.031, .inconclusive), (.atMost, 0.031, 0.04, .fail),
            (.atMost, 0.03, 0.04, .inconclusive),
            (.below, 0.01, 0.03, .inconclusive), (.below, 0.01, 0.029, .pass), (.below, 0.03, 0.04, .fail),
            (.atLeast, 0.03, 0.05, .pass), (.atLeast, 0.02, 0.05, .inconclusive), (.atLeast, 0.01, 0.029, .fail),
            (.above, 0.03, 0.05, .inconclusive), (.above, 0.031, 0.05, .pass), (.above, 0.01, 0.03, .fail),
            (.equal, 0.03, 0.03, .pass), (.equal, 0.02, 0.04, .inconclusive), (.equal, 0.04, 0.05, .fail),
            (.equal, 0.01, 0.02, .fail),
        ] as [(Scenario.Threshold.Comparison, Double, Double, Verdict)]
    )
    func allNoneOrSome(_ comparison: Scenario.Threshold.Comparison, low: Double, high: Double, _ expected: Verdict) {
        let interval = ConfidenceInterval(lower: low, upper: high)
        #expect(comparison.verdict(on: interval, limit: 0.03) == expected)
    }

    @Test func withoutAnIntervalNothingIsDecided() {
        let comparison = Scenario.Threshold.Comparison.atMost
        #expect(comparison.verdict(on: nil, limit: 1) == .inconclusive)
        let noNumbers = ConfidenceInterval(lower: .nan, upper: .nan)
        #expect(comparison.verdict(on: noNumbers, limit: 1) == .inconclusive)
    }

    @Test func whatWasNeverSeenIsBoundedByClopperAndPearson() {
        // 1 − 0.05^(1/n): the rule of three.
        #expect(abs(ConfidenceInterval.neverSeen(trials: 99).upper - 0.029807) < 1e-5)
    }
}
