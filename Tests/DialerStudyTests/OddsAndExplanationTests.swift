import DialerEngine
import DiscreteEvents
import ExactJSON
import ScenarioFile
import Statistics
import Testing

@testable import DialerStudy

@Suite("Odds and explanation", .timeLimit(.minutes(5)))
struct OddsAndExplanationTests {
    /// Twelve agents whose calls ring when ten of them go on a break.
    static func experiment(breaks: Bool) throws -> Experiment {
        var experiment = try #require(try StudyFixture.scenario(run: "{shift: 2h}", answer: "0.6").experiment(seed: 3))
        let pause = breaks ? [Roster.Break(from: 3600, length: 900)] : []
        experiment.center.roster = Roster([
            Roster.Entry(agents: 10, from: 0, to: 7200, breaks: pause), Roster.Entry(agents: 2, from: 0, to: 7200),
        ])
        experiment.center.detection = nil
        experiment.pacing = .progressive
        return experiment
    }

    static func daily() -> ComplianceProfile {
        ComplianceProfile(name: "daily", limit: DecimalFactor(3, per: 100), window: .calendarDay, clock: .answer)
    }

    /// Progressive dialling abandons nobody but those whose agents went on the break.
    @Test func aMassBreakIsNamed() async throws {
        let window = try #require(LegalWindow(try Self.experiment(breaks: true), of: Self.daily()))
        let outcomes = try await window.simulate(0..<20, threads: 2)
        let worst = try #require(outcomes.indices.max { outcomes[$0].abandoned < outcomes[$1].abandoned })
        let explanation = try await Explanation(
            window,
            of: Self.daily(),
            number: UInt32(worst),
            scenario: "break",
            threads: 2
        )
        let first = try #require(explanation.causes.first)
        #expect(first.cause == .breaks && first.inWindow == explanation.abandonments)
        #expect(try #require(first.avoided.interval).lower > 0 && explanation.abandonments > 0)
        #expect(explanation.clusters.count == 1 && explanation.clusters[0].abandonments == explanation.abandonments)
        let cluster = try #require(explanation.json["clusters"]?.elements?.first)
        #expect(
            cluster["clock"]?.string?.hasPrefix("10:00:") == true && explanation.json["window"]?.integer == worst + 1
        )
        #expect(cluster["state"]?["onBreak"]?.integer ?? 0 > 3 && explanation.json["causes"]?.elements?.count == 6)
    }

    /// The course of the worst day is that of the agents, and a stored explanation gives the same page.
    @Test func theCourseIsThatOfTheDay() async throws {
        let window = try #require(LegalWindow(try Self.experiment(breaks: true), of: Self.daily()))
        let explanation = try await Explanation(window, of: Self.daily(), number: 3, scenario: "break", threads: 2)
        let rows = explanation.worstDay.rows
        #expect(
            rows.count == 120 && rows.first?.clock == "09:00"
                && explanation.days.map(\.abandonments) == [explanation.abandonments]
        )
        #expect(explanation.worstDay.abandonments.count == explanation.abandonments)
        for (minute, row) in rows.enumerated() {
            // Ten of twelve agents are on a break for a quarter of an hour, some of them a little later.
            if minute < 59 || minute > 80 { #expect(abs(row.onDuty - 12) < 1e-6) }
            if (68..<74).contains(minute) { #expect(abs(row.onDuty - 2) < 1e-6) }
            #expect(row.talking <= row.onDuty + 10 && row.talking >= 0)
        }
        let talk = rows.map(\.talking).reduce(0, +) * 60
        let measured = try await window.simulate(3..<4, threads: 1)[0].measures.talkSeconds
        // What is talked after the shift stands in the measure alone.
        #expect(talk <= measured + 1e-6 && talk > measured - 12 * 600)
        let again = try #require(Explanation(explanation.json))
        #expect(again.json == explanation.json)
        #expect(
            try ExplanationReport(again, command: nil).text() == ExplanationReport(explanation, command: nil).text()
        )
    }

    /// Where a cause is absent it gets nothing, exactly.
    @Test func absentCausesGetNothing() async throws {
        let window = try #require(LegalWindow(try Self.experiment(breaks: false), of: Self.daily()))
        let explanation = try await Explanation(window, of: Self.daily(), number: 0, scenario: "plain", threads: 2)
        #expect(explanation.abandonments == 0 && explanation.clusters.isEmpty)
        for finding in explanation.causes where finding.cause != .longTalks && finding.cause != .answerRate {
            #expect(finding.avoided.mean == 0 && finding.avoided.interval?.upper == 0 && finding.inWindow == 0)
        }
    }

    /// The clusters hold every abandonment that the rule counts, errors of detection and late connections too.
    @Test func clustersHoldWhatTheRuleCounts() async throws {
        var experiment = try #require(try StudyFixture.scenario(run: "{shift: 2h}").experiment(seed: 3))
        experiment.pacing = .power(linesPerAgent: DecimalFactor(2))
        experiment.center.patience = .exponential(mean: 6)
        experiment.center.detection = AnsweringMachineDetection(
            delay: .constant(0.5),
            falsePositive: 0.03,
            falseNegative: 0.1,
            machineTalk: .constant(8)
        )
        let window = try #require(LegalWindow(experiment, of: Self.daily()))
        let counted = try await window.simulate(4..<5, threads: 1)[0]
        let explanation = try await Explanation(window, of: Self.daily(), number: 4, scenario: "all", threads: 2)
        #expect(explanation.abandonments == counted.abandoned && explanation.calls == counted.calls)
        #expect(explanation.clusters.reduce(0) { $0 + $1.abandonments } == counted.abandoned)
        for (cluster, next) in zip(explanation.clusters, explanation.clusters.dropFirst()) {
            #expect(cluster.from <= cluster.to && next.from - cluster.to >= 60)
        }
        let detection = try #require(explanation.causes.first { $0.cause == .detection })
        #expect(try #require(detection.avoided.mean) > 0)
    }

    /// Answers come as evenly as they can: in any stretch of attempts their number differs from its expectation by less than two.
    @Test func evenAnswersAreEven() throws {
        var experiment = try #require(try StudyFixture.scenario(run: "{calls: 5000}").experiment(seed: 1))
        experiment.counterfactual = Counterfactual()
        experiment.counterfactual?.evenAnswers = 0.4
        var answers: [Bool] = Array(repeating: false, count: 5000)
        let trace = TraceHandler { event in
            if event.kind == .answered, let attempt = event.attempt { answers[Int(attempt)] = true }
        }
        let result = try Replication.run(experiment, number: 0, trace: trace)
        #expect(result.allCalls.answered == 2000)
        for start in stride(from: 0, to: 4900, by: 97) {
            let count = answers[start..<(start + 100)].count { $0 }
            #expect(abs(count - 40) <= 1)
        }
    }

    @Test func oddsAreThoseOfTheWindows() async throws {
        let calibration = try CalibrationTests.calibration(["1.6"])
        let window = try #require(calibration.groups[0].settings[0].window)
        let outcomes = try await window.simulate(0..<200, threads: 2)
        let odds = OddsResult(outcomes, scenario: "s", seed: 5, profile: Self.daily(), share: 0.95, marginRate: nil)
        #expect(odds.windows == 200 && odds.breached == outcomes.count(where: \.isBreached))
        let rates = try #require(odds.windowRates)
        #expect(rates.p5 <= rates.p50 && rates.p50 <= rates.p95 && rates.p95 <= rates.max)
        let (abandoned, calls) = outcomes.reduce((0, 0)) { ($0.0 + $1.abandoned, $0.1 + $1.calls) }
        #expect(abs(try #require(odds.longRunRate.mean) - Double(abandoned) / Double(calls)) < 1e-12)
        #expect(
            odds.json["margin"]?["rate"] == .null
                && odds.json["breachProbability"]?["mean"]?.double == Double(odds.breached) / 200
        )
        // Every window stands in one bin, and the limit is a border: what lies above it is what was breached.
        #expect(odds.distribution.reduce(0) { $0 + $1.windows } == 200 && odds.distribution.count <= 41)
        let above = odds.distribution.filter { $0.from > odds.limit - 1e-9 }
        #expect(above.reduce(0) { $0 + $1.windows } == odds.breached && odds.breached > 0)
        // The document gives the same page again.
        let again = try #require(OddsResult(odds.json))
        #expect(again.json == odds.json)
        #expect(try OddsReport(again, command: nil).text() == OddsReport(odds, command: nil).text())
        let none = OddsResult([], scenario: "s", seed: 5, profile: Self.daily(), share: 0.95, marginRate: nil)
        #expect(none.windowRates == nil && none.json["breachProbability"]?["mean"] == .null)
    }
}
