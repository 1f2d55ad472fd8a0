import Statistics
import Testing

@Suite("SequentialProbabilityRatioTest", .timeLimit(.minutes(15)))
struct SequentialProbabilityRatioTestTests {
    static let standard = SequentialProbabilityRatioTest(
        nullProbability: 0.02,
        alternativeProbability: 0.04,
        falseAlarm: 0.05,
        miss: 0.05
    )

    @Test func boundaries() {
        let test = Self.standard
        #expect(abs(test.rejectionBoundary.slope - 0.028_888_002_076) < 1e-12)
        #expect(abs(test.rejectionBoundary.intercept - 4.125_213_374_615) < 1e-12)
        #expect(abs(test.acceptanceBoundary.slope - 0.028_888_002_076) < 1e-12)
        #expect(abs(test.acceptanceBoundary.intercept + 4.125_213_374_615) < 1e-12)
        #expect(abs(test.rejectionBoundary.events(trials: 1000) - 33.013_215_451) < 1e-8)
        #expect(abs(test.expectedTrialsUnderNull - 417.719_528_559_222_6) < 1e-9)
        #expect(abs(test.expectedTrialsUnderAlternative - 334.115_616_530_281_44) < 1e-9)
        #expect(abs(test.fixedSampleSize - 763.4) < 0.05)
    }

    @Test func unequalErrors() {
        let test = SequentialProbabilityRatioTest(
            nullProbability: 0.01,
            alternativeProbability: 0.05,
            falseAlarm: 0.01,
            miss: 0.1
        )
        #expect(abs(test.rejectionBoundary.slope - 0.024_985_422_233_589_894) < 1e-14)
        #expect(abs(test.rejectionBoundary.intercept - 2.726_032_481_185_208) < 1e-13)
        #expect(abs(test.acceptanceBoundary.intercept + 1.388_841_900_006_957_6) < 1e-13)
        #expect(abs(test.expectedTrialsUnderNull - 89.933_612_492_691_41) < 1e-10)
        #expect(abs(test.expectedTrialsUnderAlternative - 92.527_847_748_603_3) < 1e-10)
    }

    @Test func decidesAtTheBoundary() {
        var clean = Self.standard
        // 4.1252/0.028888 = 142.8: the first whole number of trials without an event that accepts.
        for trial in 1...142 { #expect(clean.add(event: false) == .undecided, "at \(trial)") }
        #expect(clean.add(event: false) == .acceptNull)
        var bad = Self.standard
        for _ in 1...4 { #expect(bad.add(event: true) == .undecided) }
        #expect(bad.add(event: true) == .acceptAlternative)
    }

    @Test func aDecisionIsFinal() {
        var test = Self.standard
        #expect(test.add(events: 0, trials: 200) == .acceptNull)
        #expect(test.add(events: 50, trials: 50) == .acceptNull)
        #expect(test.trials == 200 && test.events == 0 && test.decision == .acceptNull)
    }

    /// Simulated errors stay below those asked for, and the mean number of trials is near Wald's.
    @Test(arguments: [0.02, 0.04])
    func simulatedErrorsAndMeanTrials(probability: Double) {
        var generator = SplitMix64(seed: 77)
        let runs = 1000
        var (wrong, trials) = (0, 0)
        for _ in 0..<runs {
            var test = Self.standard
            while test.add(event: generator.uniform() < probability) == .undecided {}
            trials += test.trials
            if (test.decision == .acceptNull) != (probability == 0.02) { wrong += 1 }
        }
        #expect(Double(wrong) / Double(runs) < 0.06, "\(wrong)")
        let expected =
            probability == 0.02 ? Self.standard.expectedTrialsUnderNull : Self.standard.expectedTrialsUnderAlternative
        // Wald neglects the step over the boundary, which lengthens the test a little.
        #expect((0.95...1.2).contains(Double(trials) / Double(runs) / expected), "\(trials)")
    }
}
