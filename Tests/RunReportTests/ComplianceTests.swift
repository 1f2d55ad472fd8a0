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

    private static let center =
        "contactCenter: {agents: 5, ringing: {default: {constant: 1}}, talk: {constant: 1}, patience: {constant: 1}}\n"

    @Test(arguments: [
        ("", Verdict.pass), ("start: \"09:00\", ", .pass), ("start: \"23:55\", ", .inconclusive),
        ("start: \"22:00\", date: 2026-03-31, ", .pass),
    ])
    func aRunOverMidnightTouchesTwoDays(_ start: String, _ verdict: Verdict) throws {
        // The fixture's calls take eight minutes.
        let run = Self.center + "run: {\(start)shift: 1h}\n"
        let days = try judged(run + "compliance: [uk-ofcom-2010]", abandoned: 0, answered: 50)
        #expect(days.map(\.verdict) == [verdict])
    }

    @Test func aRunOverTheEndOfAMonthTouchesTwoMonths() throws {
        let rule = "compliance: [ca-crtc]"
        let run = Self.center + "run: {start: \"23:55\", date: DATE, shift: 1h}\n"
        for (date, verdict) in [("2026-03-30", Verdict.pass), ("2026-03-31", .inconclusive)] {
            let text = run.replacing("DATE", with: date) + rule
            #expect(try judged(text, abandoned: 0, answered: 50).map(\.verdict) == [verdict])
        }
    }

    @Test(arguments: [("live", "4 % (4 of 100)"), ("connected", "4.2 % (4 of 96)"), ("attempts", "2 % (4 of 200)")])
    func theDenominatorIsTheRules(_ denominator: String, _ observed: String) throws {
        let rule = "compliance: [{name: own, limit: 3%, window: calendarDay, denominator: \(denominator)}]"
        let assertions = try judged(rule, abandoned: 4, answered: 100) { $0.status?.callsAttempted = 200 }
        #expect(assertions.map(\.observed) == [observed])
        #expect(assertions.map(\.verdict) == [denominator == "attempts" ? .pass : .fail])
    }

    @Test func earlyHangUpsCountUnlessTheRuleLeavesThemOut() throws {
        func observed(_ counts: Bool, _ more: String = "") throws -> [String] {
            let rule = "{name: own, limit: 3%, window: calendarDay, clockFrom: answer, countEarlyHangUps: \(counts)}"
            let text = Self.center.replacing("}}\n", with: "}\(more)}\n") + "compliance: [\(rule)]"
            return try judged(text, abandoned: 4, answered: 100) { $0.calls.earlyHangUps = [3] }.map(\.observed)
        }
        #expect(try observed(true) == ["4 % (4 of 100)"])
        #expect(try observed(false) == ["1 % (1 of 100)"])
        // A person who was taken for a machine looks the same.
        #expect(try observed(false, ", answeringMachineDetection: {falsePositive: 0.1}") == ["4 % (4 of 100)"])
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
