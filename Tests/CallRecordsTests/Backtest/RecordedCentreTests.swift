import CallRecords
import DialerEngine
import RunReport
import ScenarioFile
import Testing

/// Records of a simulated centre, from the rows to the verdict.
@Suite(.timeLimit(.minutes(15)))
struct RecordedCentreTests {
    private static let roster = """
        roster: [{agents: 5, from: 0, to: 2h, breaks: [{from: 1h, for: 15m}]}, {agents: 2, from: 30m, to: 2h}]
        """

    private static func scenario(_ talk: String = "120s") throws -> Scenario {
        try BacktestFixture.scenario(talk: talk, team: roster, run: "{start: \"09:00\", shift: 2h}")
    }

    /// What the engine measures of a day and what its records say are the same.
    @Test
    func recordsSayWhatTheEngineMeasures() throws {
        let scenario = try Self.scenario()
        let measured = try BacktestFixture.days(of: scenario, 3, seed: 4)
        let recorded = try TraceRecords(scenario, days: 3, seed: 4).summary().observedDays
        #expect(recorded.map(\.date.description) == ["2026-03-02", "2026-03-03", "2026-03-04"])
        for (day, record) in zip(measured, recorded) {
            for quantity in [DayQuantity.attempts, .answered, .abandonmentRate] {
                #expect(record.values[quantity] == day.values[quantity], "\(quantity)")
            }
            for quantity in [DayQuantity.occupancy, .talkHours] {
                let (left, right) = (record.values[quantity] ?? 0, day.values[quantity] ?? 0)
                // Milliseconds are rounded, and agents who wait after the last call of a day are on duty in its records.
                #expect(abs(left - right) < 0.02 * right, "\(quantity): \(left) and \(right)")
            }
        }
    }

    /// Nine days whose last row is at 11:00 of the ninth: that day is a part, and the verdict is that of eight.
    @Test
    func aDayThatTheRecordsCutOffIsNotJudged() async throws {
        let scenario = try BacktestFixture.scenario(agents: 3, run: "{start: \"09:00\", shift: 4h}")
        let whole = try TraceRecords(scenario, days: 9, seed: 6).summary()
        let cut = try TraceRecords(scenario, days: 9, seed: 6, until: 8 * 86_400 + 2 * 3600).summary()
        #expect(whole.days.map(\.partial) == Array(repeating: false, count: 9))
        #expect(cut.days.map(\.partial) == Array(repeating: false, count: 8) + [true])
        let plan = try BacktestPlan(scenario, days: 9, replications: 39, seed: 1)
        let draws = try await plan.run(threads: 2)
        let eight = BacktestResult(Array(whole.observedDays.prefix(8)), draws, of: plan)
        let nine = BacktestResult(cut.observedDays, draws, of: plan)
        #expect(nine.findings == eight.findings && nine.verdict == eight.verdict && nine.days.count == 9)
        #expect(nine.days.last?.quantities[.attempts]?.isInside == false)
    }

    @Test
    func theCentreItselfDoesNotFailAndAnotherOneDoes() async throws {
        let scenario = try Self.scenario()
        let plan = try BacktestPlan(scenario, days: 8, replications: 79, seed: 1)
        let draws = try await plan.run(threads: 2)
        func verdict(_ records: TraceRecords) throws -> Verdict {
            BacktestResult(try records.summary().observedDays, draws, of: plan).verdict
        }
        #expect(try verdict(TraceRecords(scenario, days: 8, seed: 21)) == .pass)
        #expect(try verdict(TraceRecords(try Self.scenario("144s"), days: 8, seed: 21)) == .fail)
    }
}
