import SimulationAPI
import Testing

@testable import RunReport

@Suite(.timeLimit(.minutes(5)))
struct ComplianceTests {
    private func judged(
        _ yaml: String,
        abandoned: Int,
        answered: Int,
        _ edit: (inout RunFacts) -> Void = { _ in }
    ) throws -> [Assertion] {
        let facts = try FactsFixture.facts(extra: yaml) {
            $0.calls.abandoned = abandoned
            $0.calls.outcomes = [.answered: answered]
            $0.status?.outcomes = nil
            edit(&$0)
        }
        return RunResult(judging: facts).assertions.filter { $0.name.hasPrefix("abandonment.") }
    }

    @Test(arguments: [
        ("us-tsr", 3, 100, Verdict.pass), ("us-tsr", 4, 100, .fail), ("us-fcc", 31, 1000, .fail),
        ("us-fcc", 30, 1000, .pass),
        ("uk-ofcom-2010", 301, 10_000, .fail), ("ca-crtc", 5, 100, .pass), ("ca-crtc", 6, 100, .fail),
        ("us-tsr", 0, 0, .inconclusive),
        ("{name: own, limit: 7%, window: calendarDay}", 7, 100, .pass),
        ("{name: own, limit: 7%, window: calendarDay}", 71, 1000, .fail),
    ])
    func limitIsExact(_ rule: String, _ abandoned: Int, _ answered: Int, _ verdict: Verdict) throws {
        let assertions = try judged("compliance: [\(rule)]", abandoned: abandoned, answered: answered)
        #expect(assertions.map(\.verdict) == [verdict])
    }

    @Test func connectedTooLateCountsAsAbandoned() throws {
        let assertions = try judged("compliance: [us-tsr, ca-crtc]", abandoned: 1, answered: 100) {
            $0.calls.lateConnects = [3, 0]
        }
        #expect(assertions.map(\.verdict) == [.fail, .pass])
        #expect(assertions[0].observed == "4 % (4 of 100, 3 of them connected too late)")
    }

    @Test func whatTheClockStartsAtHasToBeKnown() throws {
        let notes = RunResult(judging: try FactsFixture.facts(extra: "compliance: [us-tsr, ca-crtc]")).notes
        #expect(notes.filter { $0.contains("events do not tell when the greeting ends") }.count == 1)
        #expect(notes.contains { $0.hasPrefix("compliance us-tsr") })
    }

    @Test func onlyWhereTheScenarioAsks() throws {
        #expect(try judged("", abandoned: 50, answered: 50).isEmpty)
    }

    @Test func ruleWithoutALimitIsANote() throws {
        let result = RunResult(judging: try FactsFixture.facts(extra: "compliance: [uk-ofcom-2017]"))
        #expect(!result.assertions.contains { $0.name.hasPrefix("abandonment.") })
        #expect(result.notes == ["compliance uk-ofcom-2017: the rate is reported, the rule sets no limit"])
    }

    @Test func longerThanAWindowIsInconclusiveUnlessBreached() throws {
        let twoDays: (inout RunFacts) -> Void = { $0.calls.timeline.binMs = 3_600_001 }
        #expect(
            try judged("compliance: [uk-ofcom-2010]", abandoned: 0, answered: 50, twoDays).map(\.verdict) == [
                .inconclusive
            ]
        )
        #expect(
            try judged("compliance: [uk-ofcom-2010]", abandoned: 9, answered: 50, twoDays).map(\.verdict) == [.fail]
        )
        #expect(try judged("compliance: [us-tsr]", abandoned: 0, answered: 50, twoDays).map(\.verdict) == [.pass])
    }

    @Test func notJudgedWhereNobodyCanAnswer() throws {
        let injection =
            "{enabled: true, dialToneProbability: 0, busySignalProbability: 0.5, noAnswerProbability: 0.5, answerProbability: 0}"
        let result = RunResult(judging: try FactsFixture.facts(extra: "compliance: [us-tsr]", injection: injection))
        #expect(!result.assertions.contains { $0.name.hasPrefix("abandonment.") })
    }

    /// A verdict by a rule that is not in force says so.
    @Test(
        arguments: [
            ("us-tsr", nil), ("ca-crtc", nil),
            ("us-fcc", "compliance us-fcc: the rule is in force, and its repeal is proposed"),
            ("uk-ofcom-2010", "compliance uk-ofcom-2010: the rule is withdrawn; it bound until 2017-02-28"),
        ] as [(String, String?)]
    )
    func aRuleThatIsNotInForceIsToldSo(_ name: String, _ note: String?) throws {
        let result = RunResult(judging: try FactsFixture.facts(extra: "compliance: [\(name)]"))
        #expect(result.notes.first { $0.contains("the rule is") } == note)
    }
}
