import RealModule
import Testing

@testable import Statistics

/// Tests keep their level, and the estimate of Kaplan and Meier is right by hand.
@Suite("Tests of fits, hours and waits", .timeLimit(.minutes(15)))
struct FitTestsTests {
    @Test(
        "p-values of true families are uniform enough",
        arguments: [DurationFamily.exponential, .weibull, .lognormal]
    )
    func bootstrapLevel(_ family: DurationFamily) {
        let form = family == .weibull ? Double.log(1.5) : family == .lognormal ? Double.log(0.7) : 0
        let model = DurationModel(family, location: Double.log(12), form: form)
        let trials = 60
        var low = 0
        var sum = 0.0
        for trial in 0..<trials {
            let item = RecoveryTests.Case(model: model, grid: .second, censoring: nil)
            let (values, _) = RecoveryTests.draw(item, 120, seed: UInt64(3000 + trial))
            let fit = DurationData(values).fit(family)
            let test = KolmogorovTest(fit, to: values, seed: UInt64(trial))
            sum += test.pValue
            if test.pValue <= 0.1 { low += 1 }
        }
        // Means of 60 uniform numbers have a deviation of 0.037; counts below 0.1 one of 2.3. Ties raise p a little.
        #expect(abs(sum / Double(trials) - 0.5) < 0.15)
        #expect(low <= 6 + 4 * 3)
    }

    @Test("a family that is not true is refused, and the test draws all its samples")
    func power() throws {
        let sample = RoundedSample(
            milliseconds: (0..<600).map { $0 % 2 == 0 ? 5000 + $0 % 7 * 1000 : 60_000 + $0 % 11 * 1000 }
        )
        let data = DurationData(sample)
        let test = KolmogorovTest(try #require(data.best(of: data.candidates())), to: sample, seed: 1)
        #expect(test.samples == 999 && test.exceedances == 0 && test.pValue == 0.001)
    }

    @Test("false alarms of the hourly test are at most as often as its level")
    func hourlyLevel() {
        // With about two calls of an outcome in each hour, chi-square alone refuses several times as often as it should.
        let probabilities = [0.02, 0.02, 0.02, 0.02, 0.92]
        var generator = SplitMix64(seed: 17)
        let trials = 3000
        var (alarms, limitAlarms) = (0, 0)
        for trial in 0..<trials {
            let rows = (0..<24).map { _ in
                var counts = [Int](repeating: 0, count: 5)
                MultinomialDistribution(trials: 100, probabilities: probabilities)
                    .draw(into: &counts, probabilities, &generator)
                return counts
            }
            let test = HomogeneityTest(rows, seed: UInt64(trial))
            if test.pValue <= 0.001 { alarms += 1 }
            if test.limitPValue <= 0.001 { limitAlarms += 1 }
        }
        // Three are expected at the level; more than 10 have a probability of 0.0003.
        #expect(alarms <= 10 && limitAlarms > 10, "\(alarms) of \(limitAlarms)")
    }

    @Test("hours that differ are found")
    func hourlyPower() {
        let rows = [[10, 190, 100], [12, 180, 108], [11, 120, 169]]
        let test = HomogeneityTest(rows, seed: 1)
        #expect(test.degreesOfFreedom == 4 && test.pValue <= 0.001)
        // 2 Σ O log(O/E) by hand.
        var statistic = 0.0
        let (totals, all) = ([33.0, 490, 377], 900.0)
        for row in rows {
            for (count, total) in zip(row, totals) {
                statistic += 2 * Double(count) * Double.log(Double(count) / (total * 300 / all))
            }
        }
        #expect(abs(test.statistic - statistic) < 1e-9)
    }

    @Test("neighbouring hours join until they have 100 calls, in the order of the working day")
    func hourGroups() {
        var table = [[Int]](repeating: [0, 0], count: 24)
        for (hour, count) in [(18, 60), (19, 50), (20, 300), (23, 90), (0, 40), (1, 30)] {
            table[hour] = [count - 5, 5]
        }
        let groups = HourGroup.groups(table, startingAt: 10)
        #expect(groups.map(\.from) == [18, 20, 21] && groups.map(\.hours) == [2, 1, 5])
        #expect(groups.map(\.total) == [110, 300, 160])
        #expect(HourGroup.groups([[Int]](repeating: [0], count: 24), startingAt: 0).isEmpty)
    }

    @Test("Kaplan–Meier by hand")
    func kaplanMeier() {
        // 1, 2+, 3, 3+, 5 of five: S = 4/5, 4/5 · 2/3, 0.
        let estimate = KaplanMeier(
            observed: RoundedSample(milliseconds: [1000, 3000, 5000]),
            censored: RoundedSample(milliseconds: [2000, 3000])
        )
        #expect(estimate.steps.map(\.time) == [1, 3, 5])
        #expect(estimate.steps.map(\.atRisk) == [5, 3, 1])
        for (step, survival) in zip(estimate.steps, [0.8, 0.8 * 2 / 3, 0]) {
            #expect(abs(step.survival - survival) < 1e-12)
        }
        // Greenwood: 1/(5 · 4) at the first step; log(−log S) ± 1.96 · √0.05 / |log 0.8|.
        let width = 1.959_963_984_540_054 * 0.05.squareRoot() / 0.8.logarithmSize
        #expect(abs(estimate.steps[0].band.lower - Double.pow(0.8, Double.exp(width))) < 1e-9)
        #expect(abs(estimate.steps[0].band.upper - Double.pow(0.8, Double.exp(-width))) < 1e-9)
        #expect(estimate.quantile(0.2) == 1 && estimate.quantile(0.21) == 3 && estimate.quantile(1) == 5)
    }
}

extension Double {
    fileprivate var logarithmSize: Double { abs(Double.log(self)) }
}
