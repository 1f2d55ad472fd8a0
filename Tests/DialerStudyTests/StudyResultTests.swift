import DialerEngine
import ExactJSON
import RunReport
import ScenarioFile
import SimulationAPI
import Statistics
import Testing

@testable import DialerStudy

@Suite("StudyResult", .timeLimit(.minutes(5)))
struct StudyResultTests {
    @Test func theDocumentHasItsMembers() async throws {
        let scenario = try StudyFixture.scenario(
            pacing: "{power: {linesPerAgent: 2}}",
            more: "compliance: [us-tsr, uk-ofcom-2017]\nthresholds: {occupancy: \">= 1%\", accuracyRate: \">= 0.9\"}"
        )
        let json = try await StudyFixture.result(scenario, seed: 7).json
        #expect(json["version"]?.integer == 1 && json["scenario"]?.string == "small" && json["seed"]?.integer == 7)
        #expect(json["replications"]?.integer == 10)
        func count(_ name: String) -> Int { json["calls"]?[name]?.integer ?? -1 }
        #expect(count("attempted") == 5000 && count("blocked") == 0)
        #expect(count("answered") == count("connected") + count("abandoned") + count("falsePositives"))
        guard case .object(let outcomes) = json["outcomes"] else {
            Issue.record("no outcomes")
            return
        }
        #expect(Set(outcomes.map(\.name)) == Set(CallOutcome.allCases.map(\.rawValue)))
        #expect(outcomes.reduce(0) { $0 + ($1.value.integer ?? 0) } == 5000)
        for name in [
            "abandonmentRate", "occupancy", "connectsPerAgentHour", "dialsPerAgentHour", "waitSeconds", "idleSeconds",
        ] {
            let metric = try #require(json["metrics"]?[name], "\(name)")
            let (low, mean, high) = (metric["low"]?.double, metric["mean"]?.double, metric["high"]?.double)
            #expect(try #require(low) <= #require(mean) && #require(mean) <= #require(high), "\(name)")
        }
        let rules = try #require(json["compliance"]?.elements)
        #expect(rules.map { $0["profile"]?.string } == ["us-tsr", "uk-ofcom-2017"])
        #expect(rules[0]["limit"]?.double == 0.03 && rules[0]["windows"]?.integer == 10)
        #expect(rules[1]["limit"] == .null && rules[1]["verdict"]?.string == "reported")
        #expect(json["thresholds"]?.elements?.count == 1)
        #expect(json["skippedThresholds"]?.elements?.first?["metric"]?.string == "accuracyRate")
    }

    @Test func intervalsAreThoseOfTheRatioEstimator() async throws {
        let scenario = try StudyFixture.scenario(pacing: "{power: {linesPerAgent: 2}}")
        let plan = try #require(StudyPlan(scenario, seed: 3))
        let results = try await plan.run(threads: 2)
        let study = StudyResult(judging: results, of: plan)
        let expected = RatioEstimate(
            results.map {
                RatioObservation(
                    numerator: Double($0.measures.calls.abandoned),
                    denominator: Double($0.measures.calls.answered)
                )
            }
        )
        #expect(study.metrics[.abandonmentRate]?.mean == expected.value)
        #expect(study.metrics[.abandonmentRate]?.interval?.upper == expected.interval()?.upper)
        #expect(study.metrics[.occupancy]?.mean ?? 0 > 0.5)
    }

    @Test(arguments: ["progressive", "{power: {linesPerAgent: 1.5}}", "lookahead", "vicidial", "feedback"])
    func threadsDoNotMatter(_ pacing: String) async throws {
        let scenario = try StudyFixture.scenario(pacing: pacing, run: "{calls: 300, replications: 5}")
        let one = try await StudyFixture.result(scenario, threads: 1).json.text
        #expect(try await StudyFixture.result(scenario, threads: 2).json.text == one)
        #expect(try await StudyFixture.result(scenario, threads: 7).json.text == one)
        #expect(try await StudyFixture.result(scenario, seed: 2).json.text != one)
    }

    @Test func complianceWithoutAbandonmentNeedsEnoughCalls() async throws {
        // 0 of n proves at most 3 % with 95 % confidence from n = 99 on.
        let few = try await StudyFixture.result(try StudyFixture.scenario(run: "{calls: 10, replications: 10}"))
        #expect(few.calls.answered < 99 && few.calls.abandoned == 0)
        #expect(few.compliance[0].verdict == .inconclusive && few.exitCode == .inconclusive)
        let many = try await StudyFixture.result(try StudyFixture.scenario(run: "{calls: 100, replications: 10}"))
        #expect(many.calls.answered > 99 && many.calls.abandoned == 0)
        #expect(many.compliance[0].verdict == .pass && many.exitCode == .pass)
    }

    @Test func aBreachFails() async throws {
        let scenario = try StudyFixture.scenario(
            pacing: "{power: {linesPerAgent: 4}}",
            more: "thresholds: {abandonmentRate: \"<= 3%\", occupancy: \">= 1%\"}"
        )
        let result = try await StudyFixture.result(scenario)
        #expect(result.compliance[0].verdict == .fail)
        #expect(result.thresholds.map(\.verdict) == [.fail, .pass])
        #expect(result.exitCode == .assertionFailed)
        #expect(result.compliance[0].windowsBreached == 10)
    }

    /// A rule with a window is broken in each window that breaches, whatever the rate of all calls is.
    @Test(arguments: [("1.9%", Verdict.fail), ("3%", .pass)])
    func aRuleIsJudgedByItsWindowsToo(_ limit: String, _ expected: Verdict) async throws {
        let result = try await StudyFixture.result(try Self.dayByDay(limit))
        let finding = result.compliance[0]
        #expect(finding.windows == 60 && finding.verdict == expected && result.verdict == expected)
        // The rate alone would let both pass.
        #expect(try #require(finding.rate.interval).upper <= 0.019)
        #expect(finding.failsByWindows == (expected == .fail) && (finding.breachedShare > 0.05) == (expected == .fail))
        let note = result.notes.first { $0.contains("of 60 windows breached") }
        #expect(
            note?.contains("at most 5 % may be")
                == (expected == .fail ? true : finding.windowsBreached > 0 ? false : nil)
        )
        #expect(result.json["compliance"]?.elements?.first?["windowsBreachedLow"]?.double == finding.breachedShare)
    }

    /// Ten agents whose abandonment of a day scatters round 1.8 %.
    private static func dayByDay(_ limit: String) throws -> Scenario {
        let text = """
            version: 1
            name: days
            simulation:
              campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
              virtualAgentMatrix: {flowId: f}
              outcomeInjection: {enabled: true, dialToneProbability: 0.15, busySignalProbability: 0.2, noAnswerProbability: 0.25, answerProbability: 0.3}
              concurrencyLimit: 5
              maxCalls: 100
              complianceBypass: true
            contactCenter:
              agents: 10
              ringing: {default: {constant: 12s}}
              talk: {exponential: {mean: 120s}}
              wrap: {constant: 20s}
              patience: {constant: 2s}
            pacing: {power: {linesPerAgent: 1.5}}
            run: {shift: 8h, replications: 60}
            compliance: [{name: daily, limit: \(limit), window: calendarDay}]
            """
        return try Scenario.parse(text: text, file: "days.yaml").scenario
    }

    /// (windows, breached, rolling, replications) and whether the windows fail the rule.
    @Test(
        arguments: [
            (200, 81, false, 200, true), (200, 17, false, 200, true), (200, 15, false, 200, false),
            (200, 0, false, 200, false), (1, 1, false, 1, false), (2, 2, false, 2, true), (0, 0, false, 20, false),
            // Windows that overlap count once a replication.
            (20_000, 3000, true, 20, false), (20_000, 4000, true, 20, true), (20_000, 20_000, true, 1, false),
        ]
    )
    func moreThanOneWindowInTwentyFails(
        windows: Int,
        breached: Int,
        isRolling: Bool,
        replications: Int,
        expected: Bool
    ) {
        let share = ComplianceFinding.breachedShare(
            windows: windows,
            breached: breached,
            independent: isRolling ? replications : windows
        )
        #expect((share > 0.05 + 1e-9) == expected, "\(share)")
    }

    @Test func aThresholdOnNoAbandonmentIsNotProvedByAnIntervalOfNoWidth() async throws {
        let scenario = try StudyFixture.scenario(
            run: "{calls: 100, replications: 10}",
            more: "thresholds: {abandonmentRate: \"<= 0.1%\"}"
        )
        let result = try await StudyFixture.result(scenario)
        #expect(result.thresholds[0].verdict == .inconclusive)
        #expect(result.thresholds[0].detail.contains("with 95 % confidence"))
    }

    @Test func countsAreThoseOfAReplication() async throws {
        let scenario = try StudyFixture.scenario(
            more: "thresholds: {callsAttempted: \"== 500\", callsCompleted: \"== 500\"}"
        )
        #expect(try await StudyFixture.result(scenario).thresholds.map(\.verdict) == [.pass, .pass])
    }

    @Test func aSingleReplicationIsCutIntoBatches() async throws {
        let scenario = try StudyFixture.scenario(
            pacing: "{power: {linesPerAgent: 2}}",
            run: "{calls: 20000, replications: 1}",
            more: "thresholds: {waitSeconds.p95: \"<= 2s\"}"
        )
        let single = try await StudyFixture.result(scenario)
        let interval = try #require(single.metrics[.abandonmentRate]?.interval)
        #expect(interval.lower > 0 && interval.upper > interval.lower)
        let many = try await StudyFixture.result(
            try StudyFixture.scenario(
                pacing: "{power: {linesPerAgent: 2}}",
                run: "{calls: 1000, replications: 20}"
            )
        )
        // The same calls in all: standard errors agree within the noise of 19 degrees of freedom (a factor of 2).
        let other = try #require(many.metrics[.abandonmentRate]?.interval)
        #expect(interval.halfWidth < 2 * other.halfWidth && other.halfWidth < 2 * interval.halfWidth)
        #expect(single.compliance[0].rate.interval != nil)
        #expect(single.notes.contains { $0.contains("one replication") })
        #expect(single.waitP95.interval == nil && single.thresholds[0].verdict == .inconclusive)
    }

    @Test func batchesOfComplianceAddUp() async throws {
        let scenario = try StudyFixture.scenario(
            pacing: "{power: {linesPerAgent: 2}}",
            run: "{calls: 2000, replications: 1}",
            more: """
                compliance:
                  - us-tsr
                  - {name: rolling, limit: 3%, window: {rollingHours: 1}}
                """
        )
        let plan = try #require(StudyPlan(scenario, seed: 1))
        let result = try #require(try await plan.run(threads: 1).first)
        #expect(result.complianceSamples.map(\.count) == [20, 20])
        for (count, pieces) in zip(result.compliance, result.complianceSamples) {
            #expect(pieces.reduce(0) { $0 + $1.calls } == count.calls && count.calls > 500)
            #expect(pieces.reduce(0) { $0 + $1.abandoned } == count.abandoned && count.abandoned > 10)
        }
    }

    @Test func withoutAnswersNothingIsMeasured() async throws {
        let scenario = try StudyFixture.scenario(answer: "0", more: "thresholds: {waitSeconds.mean: \"<= 1s\"}")
        let result = try await StudyFixture.result(scenario)
        #expect(result.metrics[.abandonmentRate]?.mean == nil)
        #expect(result.thresholds[0].verdict == .inconclusive && result.exitCode == .inconclusive)
        #expect(result.json["metrics"]?["waitSeconds"]?["mean"] == .null)
    }
}
