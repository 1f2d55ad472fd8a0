import ExactJSON
import ScenarioFile
import SimulationAPI

@testable import RunReport

/// Made-up facts of runs.
enum FactsFixture {
    /// A run of 50 calls in which everything holds; `edit` makes it another one.
    static func facts(
        extra yaml: String = "",
        name: String = "tutorial",
        injection: String = tutorialInjection,
        _ edit: (inout RunFacts) -> Void = { _ in }
    ) throws -> RunFacts {
        let text = """
            version: 1
            name: \(JSONValue.string(name).text)
            simulation:
              campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
              virtualAgentMatrix: {flowId: va-flow-12345, scriptId: script-qa-001, language: en-US}
              outcomeInjection: \(injection)
              concurrencyLimit: 5
              maxCalls: 50
              complianceBypass: true
              tag: predictive-calibration-test
            \(yaml)
            """
        let scenario = try Scenario.parse(text: text, file: "scenario.yaml").scenario
        var payload = scenario.payload
        payload.tag = "predictive-calibration-test:01JD9Z7QK4T8M2N6P0R3S5V7XY"
        payload.webhookURL = "http://127.0.0.1:40111/webhook/simulation-events"
        var facts = RunFacts(
            runID: "01JD9Z7QK4T8M2N6P0R3S5V7XY",
            scenario: scenario,
            payload: payload,
            target: .sandbox,
            origin: "http://127.0.0.1:41873",
            seed: 1,
            startedAt: start
        )
        facts.finishedAt = start.adding(milliseconds: 912)
        facts.simulationID = "sim-7f3c2a91"
        facts.ending = .ended
        facts.aggregation = .accepted
        facts.calls = calls
        facts.webhooks.received = 172
        facts.webhooks.unique = 172
        facts.status = status(.completed)
        edit(&facts)
        return facts
    }

    static let tutorialInjection =
        "{enabled: true, dialToneProbability: 0.15, busySignalProbability: 0.20, noAnswerProbability: 0.25, answerProbability: 0.40}"

    /// 2026-11-22T14:30:00Z.
    static let start = Timestamp(milliseconds: 1_795_357_800_000)

    static let outcomes: [CallOutcome: Int] = [.dialTone: 8, .busy: 9, .noAnswer: 12, .answered: 21, .voicemail: 0]

    static func status(
        _ state: SimulationState,
        errors: [SimulationStatus.RemoteError] = []
    ) -> SimulationStatus {
        var status = SimulationStatus(
            id: "sim-7f3c2a91",
            state: state,
            callsAttempted: 50,
            callsCompleted: 49,
            complianceBypassed: true
        )
        (status.errors, status.outcomes, status.peakConcurrency) = (errors, outcomes, 5)
        return status
    }

    private static var calls: ObservedCalls {
        var calls = ObservedCalls()
        calls.seen = 50
        calls.completed = 49
        calls.abandoned = 1
        calls.outcomes = outcomes.filter { $0.value > 0 }
        calls.totalDurationMs = 2_345_000
        calls.peakConcurrency = 5
        calls.waitMs = (412.5, 1890)
        calls.timeline = timeline
        return calls
    }

    /// 48 bins of 10 s in which 50 calls end.
    private static var timeline: CallTimeline {
        var timeline = CallTimeline()
        timeline.start = start
        timeline.binMs = 10_000
        var left = outcomes
        for bin in 0..<48 {
            timeline.callsUp.append(bin == 47 ? 1 : min(5, bin + 1) - (bin % 7 == 3 ? 1 : 0))
            var ended: [CallOutcome: Int] = [:]
            for step in 0..<(bin % 5 == 0 ? 2 : 1) {
                let outcome = CallOutcome.allCases[(bin * 3 + step) % 5]
                guard let rest = left[outcome], rest > 0 else { continue }
                left[outcome] = rest - 1
                ended[outcome, default: 0] += 1
            }
            timeline.ended.append(ended)
        }
        return timeline
    }
}
