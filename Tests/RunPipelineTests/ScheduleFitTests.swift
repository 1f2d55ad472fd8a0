import DialerEngine
import ExactJSON
import RunReport
import ScenarioFile
import SimulationAPI
import Testing

@testable import RunPipeline
@testable import RunStore

/// The goodness-of-fit test on outcomes that change during a shift, with the calls of the engine itself.
@Suite(.timeLimit(.minutes(5)))
struct ScheduleFitTests {
    private static let text = """
        version: 1
        name: changes
        simulation:
          campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
          virtualAgentMatrix: {flowId: f}
          outcomeInjection: {enabled: true, busySignalProbability: 0.2, noAnswerProbability: 0.4, answerProbability: 0.4}
          concurrencyLimit: 5
          maxCalls: 1500
          complianceBypass: true
        contactCenter:
          roster: [{agents: 3, from: "22:00", to: "23:30"}, {agents: 2, from: "23:00", to: "02:00"}]
          ringing: {default: {exponential: {mean: 20s}}}
          talk: {exponential: {mean: 60s}}
          patience: {constant: 2s}
        schedule:
          - {from: "23:00", outcomeInjection: {busySignalProbability: 0.1, noAnswerProbability: 0.2, answerProbability: 0.1}}
          - {from: 2h, lines: 40}
        run: {shift: 4h, days: 3, start: "22:00"}
        """

    /// The facts of a run, folded from the events of a replication.
    private func facts(_ scenario: Scenario, replication: UInt32) throws -> RunFacts {
        let start = Timestamp(milliseconds: 1_795_357_800_123)
        var experiment = try #require(scenario.experiment(seed: 11))
        experiment.callLimit = scenario.payload.maxCalls
        var traffic = try ContactCenterTraffic(experiment, replication: replication)
        var calls: [UInt64: [StoredEvent]] = [:]
        while let event = try traffic.next() {
            let webhook = SimulationEvent(
                simulationID: "s",
                callID: "\(event.attempt)",
                state: CallState(event.phase),
                timestamp: start.adding(milliseconds: Int64(event.time * 1000)),
                outcome: event.outcome.map { CallOutcome($0) },
                durationMs: Int64(event.elapsed * 1000)
            )
            calls[event.attempt, default: []].append(StoredEvent(rowID: 1, event: webhook))
        }
        var fold = CallFold(span: nil, schedule: ScheduleClock(scenario, start: start))
        for events in calls.values { for event in events { fold.add(event) } }
        fold.closeEvents()
        var facts = RunFacts(
            runID: "r",
            scenario: scenario,
            payload: scenario.payload,
            target: .sandbox,
            origin: "http://127.0.0.1:1",
            seed: 1,
            startedAt: start
        )
        facts.calls = fold.totals
        return facts
    }

    @Test func aRightSandboxFitsAndAConstantExpectationDoesNot() throws {
        let scenario = try Scenario.parse(text: Self.text, file: "s.yaml").scenario
        let runs = 200
        var (rejected, wronglyFitting, sum) = (0, 0, 0.0)
        for replication in 0..<UInt32(runs) {
            var facts = try facts(scenario, replication: replication)
            #expect(facts.calls.seen == 1_500 && facts.calls.callsByEntry.allSatisfy { $0 > 20 })
            let pValue = try #require(RunResult(judging: facts).goodnessOfFit?.pValue)
            sum += pValue
            if pValue <= 0.05 { rejected += 1 }
            facts.calls.callsByEntry = []
            if RunResult(judging: facts).goodnessOfFit?.verdict != .fail { wronglyFitting += 1 }
        }
        // At most one in twenty on average, 10 of 200 with a standard error of 3.1; the mean of p is 1/2 or more.
        #expect(rejected <= 20, "\(rejected)")
        #expect(sum / Double(runs) > 0.5 - 3 * 0.0204, "\(sum / Double(runs))")
        #expect(wronglyFitting == 0)
    }
}
