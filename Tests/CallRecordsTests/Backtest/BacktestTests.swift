import CallRecords
import DialerEngine
import ExactJSON
import RingbackTestKit
import RunReport
import ScenarioFile
import Testing

/// Days of a centre against scenarios of it and of others.
@Suite(.timeLimit(.minutes(15)))
struct BacktestTests {
    /// By the binomial, ten days of one quantity pass with probability 0.914 and fail with 0.00006.
    @Test
    func daysOfTheCentreItselfPass() async throws {
        let scenario = try BacktestFixture.scenario()
        let plan = try BacktestPlan(scenario, days: 10, replications: 79, seed: 1)
        let draws = try await plan.run(threads: 2)
        let results = try (10..<26).map { seed in
            BacktestResult(try BacktestFixture.days(of: scenario, 10, seed: seed), draws, of: plan)
        }
        #expect(results.allSatisfy { $0.verdict != .fail })
        #expect(results.count { $0.verdict == .pass } >= 9)
        #expect(results[0].findings.map(\.quantity) == DayQuantity.allCases)
        #expect(results[0].days.count == 10 && results[0].replications == 79)
    }

    @Test
    func daysOfAnotherCentreFail() async throws {
        let plan = try BacktestPlan(BacktestFixture.scenario(), days: 8, replications: 79, seed: 1)
        let draws = try await plan.run(threads: 2)
        let others = try [
            "talk": BacktestFixture.scenario(talk: "144s"), "agents": BacktestFixture.scenario(agents: 5),
            "answers": BacktestFixture.scenario(answer: "0.36"),
        ]
        for (difference, other) in others {
            let result = BacktestResult(try BacktestFixture.days(of: other, 8, seed: 5), draws, of: plan)
            #expect(result.verdict == .fail, "\(difference)")
        }
    }

    /// Under the model itself one day in twenty lies outside, in every quantity.
    @Test
    func oneDayInTwentyLiesOutside() async throws {
        let scenario = try BacktestFixture.scenario(agents: 2, talk: "60s", run: "{shift: 20m}")
        let days = try BacktestFixture.days(of: scenario, 200, seed: 9)
        let result = try await BacktestFixture.result(scenario, days)
        for finding in result.findings {
            // Ten are expected, the standard error is 3.1; equal values lower the number.
            #expect((1...22).contains(finding.outside), "\(finding.quantity): \(finding.outside)")
        }
    }

    @Test
    func aListLastsOverTheDays() async throws {
        let scenario = try BacktestFixture.scenario(
            more: "list: {contacts: 1500, maxAttempts: 3, retry: {noAnswer: 30m, busySignal: 10m}}"
        )
        let days = try BacktestFixture.days(of: scenario, 6, seed: 5)
        let result = try await BacktestFixture.result(scenario, days)
        #expect(result.verdict != .fail)
        let means = result.days.compactMap { $0.quantities[.attempts]?.predicted.mean }
        #expect(means.count == 6 && means[0] > 500 && means[5] < means[0] / 2, "\(means)")
    }

    @Test
    func daysWithoutAShiftAreSkipped() throws {
        let weekdays = try BacktestFixture.scenario(run: "{shift: 1h, days: 5, weekdays: [mon, tue, wed, thu, fri]}")
        let plan = try BacktestPlan(weekdays, days: 7, seed: 1)
        // Two weeks up to the second Tuesday.
        #expect(plan.experiment.days == 9)
        let result = try Replication.run(plan.experiment, number: 0)
        #expect(result.samples.count == 7 && result.samples.allSatisfy { $0.calls.attempted > 0 })
    }

    @Test
    func warmUpAndLimitsOfTheRunDoNotAct() throws {
        let limited = try BacktestFixture.scenario(run: "{shift: 1h, days: 2, warmUp: 30m}")
        let plan = try BacktestPlan(limited, days: 3, seed: 1)
        #expect(plan.experiment.warmUp == 0 && plan.experiment.callLimit == nil && plan.experiment.days == 3)
    }

    @Test
    func aScenarioWithoutAShiftIsRefused() throws {
        let calls = try BacktestFixture.scenario(run: "{calls: 500}")
        #expect(throws: BacktestPlan.Obstacle.noShift) { try BacktestPlan(calls, days: 5, seed: 1) }
    }

    @Test
    func terminalDocumentAndPageAreGolden() async throws {
        let centre = try BacktestFixture.scenario(run: "{shift: 1h, days: 1}")
        let other = try BacktestFixture.scenario(talk: "200s", run: "{shift: 1h, days: 1}")
        let days = try BacktestFixture.days(of: other, 7, seed: 5, partial: [6])
        let result = try await BacktestFixture.result(centre, days)
        try Golden.expect(BacktestSummary(result).text, "backtest.txt")
        try Golden.expect(result.json.prettyText + "\n", "backtest.json")
        try Golden.expect(try BacktestReport(result, command: "ringback backtest centre.yaml").text(), "backtest.html")
    }

    @Test
    func threadsDoNotMatter() async throws {
        let scenario = try BacktestFixture.scenario(agents: 2, run: "{shift: 30m}")
        let plan = try BacktestPlan(scenario, days: 5, replications: 20, seed: 3)
        let (one, four) = (try await plan.run(threads: 1), try await plan.run(threads: 4))
        #expect(one == four && one.count == 20 && one.allSatisfy { $0.count == 5 })
    }

    @Test
    func aQuantityThatTheRecordsLackIsLeftOut() async throws {
        let scenario = try BacktestFixture.scenario(agents: 2, run: "{shift: 30m}")
        var days = try BacktestFixture.days(of: scenario, 5, seed: 3)
        for index in days.indices { days[index].values[.occupancy] = nil }
        let result = try await BacktestFixture.result(scenario, days)
        #expect(!result.findings.map(\.quantity).contains(.occupancy))
        #expect(result.json["coverage"]?["occupancy"] == nil)
    }
}
