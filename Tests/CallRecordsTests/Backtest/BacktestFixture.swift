import CallRecords
import DialerEngine
import ScenarioFile
import Testing

/// Centres that are back-tested, and days of them.
enum BacktestFixture {
    static func scenario(
        name: String = "centre",
        agents: Int = 6,
        talk: String = "120s",
        answer: String = "0.30",
        team: String? = nil,
        run: String = "{shift: 2h, days: 1}",
        more: String = ""
    ) throws -> Scenario {
        let text = """
            version: 1
            name: \(name)
            simulation:
              campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
              virtualAgentMatrix: {flowId: f}
              outcomeInjection: {enabled: true, busySignalProbability: 0.10, noAnswerProbability: 0.40, answerProbability: \(answer)}
              concurrencyLimit: 5
              maxCalls: 100
              complianceBypass: true
            contactCenter:
              \(team ?? "agents: \(agents)")
              ringing: {default: {exponential: {mean: 10s}}, noAnswer: {constant: 25s}}
              talk: {lognormal: {mean: \(talk), sd: 100s}}
              wrap: {exponential: {mean: 20s}}
              patience: {constant: 2s}
            pacing: {power: {linesPerAgent: 2}}
            run: \(run)
            \(more)
            """
        return try Scenario.parse(text: text, file: "centre.yaml").scenario
    }

    /// The days of one replication of a scenario, as records of it would have them.
    static func days(of scenario: Scenario, _ count: Int, seed: UInt32, partial: Set<Int> = []) throws -> [ObservedDay]
    {
        let plan = try BacktestPlan(scenario, days: count, seed: seed)
        let result = try Replication.run(plan.experiment, number: 0)
        let measures = count == 1 ? [result.measures] : result.samples
        return measures.enumerated().map { index, day in
            var values: [DayQuantity: Double] = [:]
            for quantity in DayQuantity.allCases { values[quantity] = quantity.value(of: day) }
            let date = CalendarDate(daysSince1970: 20_514 + index)
            return ObservedDay(date: date, isPartial: partial.contains(index), values: values)
        }
    }

    /// 79 replications give an interval of exactly 95 % as well: the second smallest and the second largest of 80 ranks.
    static func result(_ scenario: Scenario, _ days: [ObservedDay], replications: Int = 79) async throws
        -> BacktestResult
    {
        let plan = try BacktestPlan(scenario, days: days.count, replications: replications, seed: 1)
        return BacktestResult(days, try await plan.run(threads: 2), of: plan)
    }
}
