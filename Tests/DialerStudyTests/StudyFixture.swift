import DialerEngine
import DialerStudy
import ScenarioFile
import Testing

/// Scenarios of small contact centres.
enum StudyFixture {
    /// A scenario; `more` stands at its end.
    static func scenario(
        agents: Int = 5,
        pacing: String = "progressive",
        run: String = "{calls: 500, replications: 10}",
        answer: String = "0.4",
        more: String = ""
    ) throws -> Scenario {
        let text = """
            version: 1
            name: small
            simulation:
              campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
              virtualAgentMatrix: {flowId: f}
              outcomeInjection: {enabled: true, dialToneProbability: 0.1, busySignalProbability: 0.1, noAnswerProbability: 0.2, answerProbability: \(answer)}
              concurrencyLimit: 5
              maxCalls: 100
              complianceBypass: true
            contactCenter:
              agents: \(agents)
              ringing: {default: {exponential: {mean: 10s}}, noAnswer: {constant: 20s}}
              talk: {exponential: {mean: 60s}}
              wrap: {exponential: {mean: 10s}}
              patience: {constant: 2s}
            pacing: \(pacing)
            run: \(run)
            \(more)
            """
        return try Scenario.parse(text: text, file: "small.yaml").scenario
    }

    /// The result of a scenario.
    static func result(_ scenario: Scenario, seed: UInt32 = 1, threads: Int = 2) async throws -> StudyResult {
        var plan = try #require(StudyPlan(scenario, seed: seed))
        try plan.findWarmUp()
        return StudyResult(judging: try await plan.run(threads: threads), of: plan)
    }
}
