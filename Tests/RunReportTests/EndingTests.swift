import SimulationAPI
import Testing

@testable import RunReport

@Suite(.timeLimit(.minutes(5)))
struct EndingTests {
    static let endings: [(RunEnding, ExitCode)] = [
        (.notCreated("the queue is full"), .refused), (.refused("403 insufficient_scope"), .refused),
        (.failedLocally("the disk is full"), .usage), (.timedOut("after 5 min"), .timedOut), (.interrupted, .timedOut),
        (.outcomeUnknown("look for tag t"), .outcomeUnknown),
    ]

    /// Without a simulation there is one assertion, and it fails: nothing passes unseen.
    @Test(arguments: endings)
    func withoutASimulationOneAssertionFails(_ ending: RunEnding, _ code: ExitCode) throws {
        let result = RunResult(
            judging: try FactsFixture.facts(extra: "thresholds: {webhooksLost: \"== 0\"}") {
                $0.ending = ending
                $0.status = nil
                $0.calls = ObservedCalls()
                $0.webhooks = WebhookTotals()
                $0.aggregation = .notSent("nothing to send")
            }
        )
        #expect(result.assertions.map(\.name) == ["simulation.completed"])
        #expect(result.assertions.first?.observed == ending.title)
        #expect(result.assertions.first?.detail == ending.reason)
        #expect(result.verdict == .fail)
        #expect(result.exitCode == code)
        #expect(result.skippedThresholds.map(\.reason) == ["the run did not come to its end"])
    }

    /// A breach does not change the exit code.
    @Test(arguments: endings)
    func aRunCutShortIsHeldToWhatMustAlwaysHold(_ ending: RunEnding, _ code: ExitCode) throws {
        let result = RunResult(
            judging: try FactsFixture.facts {
                $0.ending = ending
                $0.status?.stateWord = "running"
                $0.calls.peakConcurrency = 9
                $0.webhooks.lost = 20
            }
        )
        #expect(
            result.assertions.map(\.name) == [
                "simulation.completed", "simulation.progression", "calls.limit", "concurrency.limit",
                "compliance.bypass",
                "calls.order",
            ]
        )
        #expect(
            result.assertions.filter { $0.verdict == .fail }.map(\.name) == [
                "simulation.completed", "concurrency.limit",
            ]
        )
        #expect(result.exitCode == code)
    }

    @Test func anImpossibleOutcomeFailsARunCutShort() throws {
        let result = RunResult(
            judging: try FactsFixture.facts {
                $0.ending = .interrupted
                $0.calls.outcomes = [.voicemail: 1]
            }
        )
        #expect(result.assertions.contains { $0.name == "outcomes.fit" && $0.verdict == .fail })
    }

    @Test func completedStatusDoesNotPassARunThatTimedOut() throws {
        let result = RunResult(judging: try FactsFixture.facts { $0.ending = .timedOut("webhooks were missing") })
        #expect(result.assertions.first?.verdict == .fail)
        #expect(result.exitCode == .timedOut)
    }

    /// A failed simulation need not be aggregated, and without calls there are no outcomes to judge.
    @Test func aSimulationThatFailedBeforeTheFirstCallFailsNothingElse() throws {
        let result = RunResult(
            judging: try FactsFixture.facts {
                $0.status = SimulationStatus(
                    id: "sim",
                    state: .failed,
                    callsAttempted: 0,
                    callsCompleted: 0,
                    complianceBypassed: true
                )
                $0.calls = ObservedCalls()
                $0.webhooks = WebhookTotals()
                $0.aggregation = .notSent("the simulation failed")
            }
        )
        #expect(
            result.assertions.map(\.name) == [
                "simulation.completed", "simulation.progression", "webhooks.reconcile", "calls.limit",
                "compliance.bypass",
            ]
        )
        #expect(result.assertions.filter { $0.verdict != .pass }.map(\.name) == ["simulation.completed"])
        #expect(result.exitCode == .assertionFailed)
    }

    @Test func completedWithoutAnyEventIsInconclusiveAtBest() throws {
        let result = RunResult(
            judging: try FactsFixture.facts {
                $0.calls = ObservedCalls()
                $0.webhooks = WebhookTotals()
            }
        )
        #expect(result.assertions.first { $0.name == "outcomes.fit" }?.observed == "no ended calls")
        #expect(result.assertions.first { $0.name == "webhooks.reconcile" }?.verdict == .fail)
        #expect(result.goodnessOfFit == nil)
    }

    @Test func endedWithoutAStatusFails() throws {
        let result = RunResult(judging: try FactsFixture.facts { $0.status = nil })
        #expect(result.assertions.first?.observed == "no status")
        #expect(result.exitCode == .assertionFailed)
    }

    @Test(arguments: [
        ([Verdict.pass, .inconclusive, .fail], Verdict.fail), ([.pass, .inconclusive], .inconclusive), ([.pass], .pass),
        ([], .pass),
    ])
    func worstWins(_ verdicts: [Verdict], _ worst: Verdict) {
        #expect(Verdict.worst(of: verdicts) == worst)
        #expect(Verdict.worst(of: verdicts.reversed()) == worst)
    }
}
