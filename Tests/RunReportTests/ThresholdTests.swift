import SimulationAPI
import Testing

@testable import RunReport

@Suite(.timeLimit(.minutes(5)))
struct ThresholdTests {
    /// A threshold that holds exactly at what the fixture shows, and what is observed.
    @Test(arguments: [
        ("abandonmentRate", "<= 4.77%", Verdict.pass, "4.8 % (1 of 21 answered)"),
        ("abandonmentRate", "<= 4.7%", .fail, "4.8 % (1 of 21 answered)"),
        ("waitSeconds.mean", "<= 412.5ms", .pass, "0.413 s"), ("waitSeconds.mean", "<= 412ms", .fail, "0.413 s"),
        ("waitSeconds.p95", "< 1.9s", .pass, "1.89 s"), ("waitSeconds.p95", "< 1.89s", .fail, "1.89 s"),
        ("accuracyRate", ">= 0.97", .pass, "0.97"), ("accuracyRate", "> 0.97", .fail, "0.97"),
        ("callsAttempted", "== 50", .pass, "50"), ("callsAttempted", "> 50", .fail, "50"),
        ("callsCompleted", ">= 49", .pass, "49"), ("callsCompleted", ">= 50", .fail, "49"),
        ("webhooksLost", "<= 0", .pass, "0"), ("webhooksLost", "> 0", .fail, "0"),
        ("durationSeconds", "<= 912ms", .pass, "0.912 s"), ("durationSeconds", "< 912ms", .fail, "0.912 s"),
    ])
    func observedValuesAreJudged(_ metric: String, _ text: String, _ verdict: Verdict, _ observed: String) throws {
        let result = RunResult(judging: try FactsFixture.facts(extra: "thresholds: {\(metric): \"\(text)\"}"))
        let assertion = try #require(result.assertions.last)
        #expect(assertion == Assertion(.threshold(metric, text), verdict, observed: observed, expected: text))
        #expect(assertion.name == "threshold.\(metric)")
        #expect(result.exitCode == (verdict == .pass ? .pass : .assertionFailed))
    }

    @Test(arguments: ["occupancy", "connectsPerAgentHour"])
    func unmeasuredIsSkippedAndSaidSo(_ metric: String) throws {
        let result = RunResult(
            judging: try FactsFixture.facts(extra: "thresholds: {\(metric): \">= 0.5\", callsAttempted: \"> 0\"}")
        )
        #expect(!result.assertions.contains { $0.name == "threshold.\(metric)" })
        #expect(result.assertions.contains { $0.name == "threshold.callsAttempted" })
        #expect(result.skippedThresholds.map(\.metric) == [metric])
        #expect(result.notes == ["threshold \(metric) >= 0.5 skipped: `run` does not measure it; `simulate` does"])
        #expect(result.exitCode == .pass)
    }

    @Test(arguments: ["abandonmentRate", "waitSeconds.mean", "waitSeconds.p95"])
    func withoutAnsweredCallsInconclusive(_ metric: String) throws {
        let result = RunResult(
            judging: try FactsFixture.facts(extra: "thresholds: {\(metric): \"<= 1\"}") {
                $0.calls.outcomes[.answered] = nil
                $0.calls.waitMs = nil
            }
        )
        #expect(result.assertions.last?.verdict == .inconclusive)
        #expect(result.assertions.last?.detail == "no call was answered by a person")
    }

    /// 17 + 1 + 1 + 1 of 20 against 0.8, 0.05, 0.05, 0.1: in binary arithmetic a hair below 0.95.
    @Test func accuracyAtItsLimitIsNotLostToRounding() throws {
        let injection =
            "{enabled: true, dialToneProbability: 0.05, busySignalProbability: 0.05, noAnswerProbability: 0.1, answerProbability: 0.8}"
        let facts = try FactsFixture.facts(injection: injection) {
            $0.calls.outcomes = [.dialTone: 1, .busy: 1, .noAnswer: 1, .answered: 17]
        }
        #expect(facts.accuracyRate == 0.95)
    }
}
