import DialerEngine
import ExactJSON
import RunReport
import Statistics
import Testing

@testable import CallRecords

/// The interval of a day, and the verdict on all days.
struct BacktestRuleTests {
    @Test
    func fourHundredDrawsReachFromTheTenthToTheTenthLast() throws {
        let interval = try #require(PredictionInterval((1...400).map(Double.init).shuffled()))
        #expect(interval == PredictionInterval(mean: 200.5, low: 10, high: 391))
        #expect(interval.contains(10) && interval.contains(391) && !interval.contains(9.5) && !interval.contains(391.5))
    }

    @Test
    func thirtyNineDrawsAreTheFewest() {
        #expect(PredictionInterval(Array(repeating: 1, count: 38)) == nil)
        #expect(PredictionInterval((1...39).map(Double.init)) == PredictionInterval(mean: 20, low: 1, high: 39))
    }

    /// Whatever the law, one more draw lies inside with probability 1 − 2k / (m + 1).
    @Test
    func coverageIsThatOfExchangeableDraws() throws {
        var generator = SplitMix64(seed: 11)
        let (trials, draws) = (20_000, 79)
        var inside = 0
        for _ in 0..<trials {
            // Half of the values are 0, the others heavy-tailed.
            func value() -> Double { max(0, 1 / (1.0001 - Double.random(in: 0..<1, using: &generator)) - 2) }
            let interval = try #require(PredictionInterval((0..<draws).map { _ in value() }))
            // A tie at the lower end belongs to the interval: only the upper end can be missed.
            inside += interval.contains(value()) ? 1 : 0
        }
        // 1 − 2/80 = 0.975; the standard error is 0.0011.
        #expect(abs(Double(inside) / Double(trials) - 0.975) < 0.0045)
    }

    @Test(arguments: [
        (5, 0, Verdict.pass), (5, 1, .pass), (5, 2, .inconclusive), (5, 3, .inconclusive), (5, 4, .fail),
        (8, 1, .pass), (8, 2, .inconclusive), (8, 3, .inconclusive), (8, 4, .fail), (10, 4, .inconclusive),
        (10, 5, .fail), (19, 1, .pass), (19, 2, .inconclusive), (20, 2, .pass), (20, 3, .inconclusive),
        (20, 5, .inconclusive), (20, 6, .fail), (29, 2, .pass), (29, 3, .inconclusive), (30, 3, .pass),
        (250, 24, .pass), (250, 25, .fail), (4, 4, .inconclusive), (3, 3, .inconclusive), (1, 0, .inconclusive),
    ])
    func aQuantityIsJudgedByItsDaysOutside(days: Int, outside: Int, verdict: Verdict) {
        #expect(BacktestResult.QuantityFinding(.attempts, days: days, outside: outside).verdict == verdict)
    }

    @Test(arguments: [
        (0, 0, Verdict.inconclusive), (4, 0, .inconclusive), (4, 4, .inconclusive), (5, 0, .pass), (5, 4, .fail),
        (5, 2, .inconclusive),
    ])
    func fewerThanFiveDaysAreInconclusive(days: Int, outside: Int, verdict: Verdict) {
        let result = Self.result(days: days, outside: outside)
        #expect(result.verdict == verdict)
        #expect(result.exitCode.rawValue == (verdict == .pass ? 0 : verdict == .fail ? 1 : 6))
    }

    /// The document, the terminal and the page say of a quantity what the verdict rests on.
    @Test(arguments: [4, 8])
    func aQuantityWithFewerThanFiveDaysFailsNowhere(days: Int) throws {
        var all = (0..<days).map { Self.day($0, isInside: days > 4) }
        for index in 0..<3 { all[index].quantities[.abandonmentRate] = Self.comparison(isInside: false) }
        let result = BacktestResult(scenario: "s", seed: 1, replications: 400, days: all)
        #expect(result.verdict == .inconclusive && result.exitCode == .inconclusive)
        let document = result.json["findings"]?["abandonmentRate"]
        #expect(document?["verdict"] == "inconclusive" && document?["outside"] == 3)
        let (text, page) = (BacktestSummary(result).text, try BacktestReport(result, command: nil).text())
        #expect(!text.contains("✗") && text.contains("? abandonment rate"), "\(text)")
        #expect(!page.contains("✗") && page.contains("? inconclusive"))
        let sentence =
            days > 4
            ? "Fewer than 5 days have a value, which cannot decide: abandonment rate."
            : "4 whole days cannot decide; at least 5 are needed."
        #expect(result.sentence == sentence && text.contains(sentence))
    }

    @Test
    func digitsAreTheSameOnEveryDay() {
        let without = PredictionInterval(mean: 0, low: 0, high: 0)
        #expect(DayQuantity.abandonmentRate.text(2.0 / 13) == "15.38 %")
        #expect(DayQuantity.abandonmentRate.text(without) == "0.00…0.00 %")
        #expect(DayQuantity.occupancy.text(0.9) == "90.0 %" && DayQuantity.talkHours.text(5.125) == "5.13 h")
        #expect(DayQuantity.attempts.text(331) == "331")
    }

    @Test
    func partialDaysAreListedAndNotJudged() {
        var result = Self.result(days: 8, outside: 1)
        let before = result.findings
        result = BacktestResult(
            scenario: "s",
            seed: 1,
            replications: 400,
            days: result.days + [Self.day(8, isInside: false, isPartial: true)]
        )
        #expect(result.findings == before && result.verdict == .pass && result.days.count == 9)
        #expect(result.json["days"]?.elements?.last?["partial"]?.bool == true)
        #expect(result.json["coverage"]?["attempts"]?.double == 0.875)
    }

    @Test
    func theWorstQuantityDecides() {
        var days = (0..<10).map { Self.day($0, isInside: true) }
        for index in 0..<5 {
            days[index].quantities[.talkHours] = Self.comparison(isInside: false)
        }
        for index in 5..<10 { days[index].quantities[.talkHours] = Self.comparison(isInside: true) }
        let result = BacktestResult(scenario: "s", seed: 1, replications: 400, days: days)
        #expect(result.verdict == .fail)
        #expect(result.sentence == "The scenario does not explain the records: talk hours.")
    }

    @Test
    func theDocumentIsReadBack() throws {
        let result = Self.result(days: 7, outside: 2)
        #expect(BacktestResult(result.json) == result)
        #expect(BacktestResult(["kind": "odds"]) == nil)
    }

    static func comparison(isInside: Bool) -> BacktestResult.DayComparison {
        .init(observed: isInside ? 10 : 30, predicted: PredictionInterval(mean: 10, low: 5, high: 15))
    }

    static func day(_ index: Int, isInside: Bool, isPartial: Bool = false) -> BacktestResult.JudgedDay {
        .init(
            date: CalendarDate(daysSince1970: 20_514 + index),
            isPartial: isPartial,
            quantities: [.attempts: comparison(isInside: isInside)]
        )
    }

    static func result(days: Int, outside: Int) -> BacktestResult {
        BacktestResult(
            scenario: "s",
            seed: 1,
            replications: 400,
            days: (0..<days).map { day($0, isInside: $0 >= outside) }
        )
    }
}
