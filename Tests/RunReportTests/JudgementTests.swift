import ExactJSON
import SimulationAPI
import Testing

@testable import RunReport

@Suite(.timeLimit(.minutes(5)))
struct JudgementTests {
    /// One broken rule, and the assertion that has to tell.
    struct Breach: Sendable, CustomTestStringConvertible {
        var name: String
        var testDescription: String
        var edit: @Sendable (inout RunFacts) -> Void

        init(_ name: String, _ description: String, _ edit: @escaping @Sendable (inout RunFacts) -> Void) {
            self.name = name
            testDescription = "\(name): \(description)"
            self.edit = edit
        }
    }

    static let breaches: [Breach] = [
        Breach("simulation.completed", "failed") {
            $0.status = FactsFixture.status(.failed, errors: [.init(code: "E1", message: "no agents")])
        },
        Breach("simulation.completed", "cancelled") { $0.status = FactsFixture.status(.cancelled) },
        Breach("simulation.completed", "an unknown state word") { $0.status?.stateWord = "exploded" },
        Breach("simulation.progression", "a step back") { $0.illegalProgressions = ["running after completed"] },
        Breach("outcomes.fit", "far off the injected distribution") {
            $0.calls.outcomes = [.dialTone: 30, .busy: 5, .noAnswer: 5, .answered: 10]
            $0.status?.outcomes = nil
        },
        Breach("outcomes.fit", "one call of probability 0") {
            $0.calls.outcomes[.voicemail] = 1
            $0.calls.outcomes[.answered] = 20
            $0.status?.outcomes = nil
        },
        Breach("webhooks.reconcile", "a lost call") { $0.webhooks.lost = 1 },
        Breach("webhooks.reconcile", "fewer calls seen than polled") { $0.calls.seen = 49 },
        Breach("webhooks.reconcile", "more completed than polled") { $0.status?.callsCompleted = 48 },
        Breach("webhooks.reconcile", "abandoned calls counted as completed") { $0.status?.callsCompleted = 50 },
        Breach("webhooks.reconcile", "another outcome than polled") {
            $0.status?.outcomes?[.busy] = 8
            $0.status?.outcomes?[.dialTone] = 9
        },
        Breach("calls.limit", "one call too many") { $0.payload.maxCalls = 49 },
        Breach("calls.limit", "no call at all") {
            $0.status?.callsAttempted = 0
            $0.calls.seen = 0
        },
        Breach("concurrency.limit", "events show one too many") { $0.calls.peakConcurrency = 6 },
        Breach("concurrency.limit", "the status shows one too many") { $0.status?.peakConcurrency = 6 },
        Breach("compliance.bypass", "not bypassed") { $0.status?.complianceBypassed = false },
        Breach("calls.order", "a rank that falls") { $0.calls.illegalOrders = 1 },
        Breach("metrics.aggregated", "refused") { $0.aggregation = .refused("404 not_found") },
        Breach("metrics.aggregated", "not sent although completed") { $0.aggregation = .notSent("no time left") },
    ]

    @Test func everythingHolds() throws {
        let result = RunResult(judging: try FactsFixture.facts())
        #expect(
            result.assertions.map(\.name) == [
                "simulation.completed", "simulation.progression", "outcomes.fit", "webhooks.reconcile", "calls.limit",
                "concurrency.limit", "compliance.bypass", "calls.order", "metrics.aggregated",
            ]
        )
        #expect(result.assertions.allSatisfy { $0.verdict == .pass && $0.detail.isEmpty })
        #expect(result.verdict == .pass)
        #expect(result.exitCode == .pass)
        #expect(result.notes.isEmpty)
    }

    @Test(arguments: breaches)
    func brokenRuleIsToldByItsAssertion(_ breach: Breach) throws {
        let result = RunResult(judging: try FactsFixture.facts { breach.edit(&$0) })
        #expect(result.assertions.first { $0.name == breach.name }?.verdict == .fail)
        #expect(result.verdict == .fail)
        #expect(result.exitCode == .assertionFailed)
    }

    /// Breaches that touch one rule only leave every other assertion as it was.
    @Test(arguments: breaches.filter { !$0.testDescription.contains("no call at all") })
    func otherAssertionsStay(_ breach: Breach) throws {
        let result = RunResult(judging: try FactsFixture.facts { breach.edit(&$0) })
        #expect(result.assertions.filter { $0.verdict != .pass }.map(\.name) == [breach.name])
    }

    @Test func remoteErrorsStandInTheDetail() throws {
        let result = RunResult(
            judging: try FactsFixture.facts {
                $0.status = FactsFixture.status(
                    .failed,
                    errors: [.init(code: "E1", message: "no agents"), .init(code: "E2", message: "")]
                )
            }
        )
        #expect(result.assertions.first?.detail == "E1: no agents; E2")
    }

    @Test func duplicatesLateAndUnknownEventsFailNothing() throws {
        let result = RunResult(
            judging: try FactsFixture.facts {
                $0.webhooks.duplicates = 4
                $0.webhooks.late = 2
                $0.webhooks.unknown = 9
                $0.webhooks.quarantined = 1
                $0.webhooks.rejected = 3
            }
        )
        #expect(result.verdict == .pass)
        let reconcile = result.assertions.first { $0.name == "webhooks.reconcile" }
        #expect(reconcile?.detail == "also received: 4 duplicate, 2 late, 9 of other simulations")
        #expect(result.notes.count == 2)
    }

    @Test func fewerThanTwentyCallsAreInconclusive() throws {
        func judged(_ answered: Int) throws -> RunResult {
            RunResult(
                judging: try FactsFixture.facts {
                    $0.calls.outcomes = [.dialTone: 3, .busy: 4, .noAnswer: 5, .answered: answered]
                    $0.status?.outcomes = nil
                }
            )
        }
        let small = try judged(7)
        #expect(small.assertions.first { $0.name == "outcomes.fit" }?.verdict == .inconclusive)
        #expect((small.verdict, small.exitCode) == (.inconclusive, .inconclusive))
        #expect(small.goodnessOfFit?.verdict == .inconclusive)
        #expect(try judged(8).exitCode == .pass)
    }

    @Test func failureBeatsInconclusive() throws {
        let result = RunResult(
            judging: try FactsFixture.facts {
                $0.calls.outcomes = [.answered: 4, .busy: 3]
                $0.status?.outcomes = nil
                $0.webhooks.lost = 1
            }
        )
        #expect(result.assertions.contains { $0.verdict == .inconclusive })
        #expect((result.verdict, result.exitCode) == (.fail, .assertionFailed))
    }

    @Test func impossibleOutcomeFailsASmallSampleToo() throws {
        let result = RunResult(
            judging: try FactsFixture.facts {
                $0.calls.outcomes = [.answered: 3, .voicemail: 1]
                $0.status?.outcomes = nil
            }
        )
        let fit = result.assertions.first { $0.name == "outcomes.fit" }
        #expect(fit?.verdict == .fail)
        #expect(fit?.observed == "1 call of probability 0 (voicemail)")
    }

    @Test func withoutInjectionOutcomesAreNotJudged() throws {
        let off =
            "{enabled: false, dialToneProbability: 0, busySignalProbability: 0, noAnswerProbability: 0, answerProbability: 0}"
        let result = RunResult(judging: try FactsFixture.facts(injection: off))
        #expect(!result.assertions.contains { $0.name == "outcomes.fit" })
        #expect(result.accuracyRate == nil)
        #expect(result.goodnessOfFit == nil)
        #expect(result.notes == ["outcomes were not injected (enabled: false), so they were not judged"])
    }

    @Test func aScheduleIsExpectedAsItWasWhenEachCallWasDialled() throws {
        let extra = """
            contactCenter: {agents: 5, ringing: {default: {constant: 1}}, talk: {constant: 1}, patience: {constant: 1}}
            run: {shift: 8h}
            schedule: [{from: 1h, outcomeInjection: {answerProbability: 0.5, noAnswerProbability: 0.4}}]
            """
        func result(_ calls: [Int]) throws -> RunResult {
            RunResult(
                judging: try FactsFixture.facts(extra: extra) {
                    $0.calls.callsByEntry = calls
                    $0.calls.outcomes = [.dialTone: 24, .busy: 32, .noAnswer: 52, .answered: 84, .voicemail: 8]
                    if calls.isEmpty { $0.calls.outcomes[.voicemail] = 0 }
                }
            )
        }
        // 160 calls of the first distribution and 40 of the second come to these counts on average.
        let fits = try result([160, 40])
        #expect(fits.outcomes.map(\.injected.description) == ["0.12", "0.16", "0.28", "0.42", "0.02"])
        #expect(fits.goodnessOfFit?.verdict == .pass && fits.accuracyRate ?? 0 > 0.97)
        #expect(fits.notes.contains { $0.hasPrefix("outcomes change during a shift") })
        // Nobody was called under the second, so no call can be a voicemail.
        #expect(try result([200, 0]).assertions.first { $0.name == "outcomes.fit" }?.verdict == .fail)
        // A target that does not know the schedule has the payload's own outcomes.
        #expect(try result([]).outcomes[3].injected.description == "0.4")
    }

    @Test func whatBindsIsSaid() throws {
        let result = RunResult(judging: try FactsFixture.facts { $0.status?.bound = ["level": 0.25, "lines": 0.75] })
        #expect(result.json["bound"]?.text == #"{"lines":0.75,"level":0.25}"#)
        let text = TerminalSummary(result).text
        #expect(text.contains("agents idle because all lines are in use: 75 % of their idle time, the pacing 25 %"))
        #expect(RunResult(judging: try FactsFixture.facts()).json["bound"] == .null)
    }

    @Test func fewerCallsThanTheMostAreNoFaultOfACampaign() throws {
        let extra = """
            contactCenter: {agents: 5, ringing: {default: {constant: 1}}, talk: {constant: 1}, patience: {constant: 1}}
            run: {shift: 8h}
            list: {contacts: 30}
            """
        let result = RunResult(
            judging: try FactsFixture.facts(extra: extra) {
                $0.status?.callsAttempted = 30
                $0.calls.seen = 30
                $0.calls.outcomes = [.dialTone: 5, .busy: 5, .noAnswer: 8, .answered: 12]
            }
        )
        #expect(
            result.notes.contains(
                "30 of at most 50 calls were dialled: the shifts were over, or the list was exhausted"
            )
        )
        #expect(TerminalSummary(result).text.contains("calls 30/30"))
    }

    @Test func distributionIsInTheOrderOfOutcomes() throws {
        let result = RunResult(judging: try FactsFixture.facts())
        #expect(result.outcomes.map(\.outcome) == CallOutcome.allCases)
        #expect(result.outcomes.map(\.observed) == [8, 9, 12, 21, 0])
        #expect(result.outcomes.map(\.injected.description) == ["0.15", "0.2", "0.25", "0.4", "0"])
        #expect(result.accuracyRate == 0.97)
        #expect(result.goodnessOfFit?.test == "chi-square")
    }
}
