import DialerEngine
import DialerStudy
import ExactJSON
import RunReport
import ScenarioFile
import Testing

@Suite("StudySummary", .timeLimit(.minutes(5)))
struct StudySummaryTests {
    @Test func tellsEveryMetricAndJudgement() async throws {
        let scenario = try StudyFixture.scenario(
            pacing: "{power: {linesPerAgent: 3}}",
            more: "thresholds: {occupancy: \">= 1%\", webhooksLost: \"== 0\"}"
        )
        let result = try await StudyFixture.result(scenario)
        let comparison = PolicyComparison([("power=3", result)], progressive: result)
        let text = StudySummary(result, comparison: comparison).text
        for part in [
            "ringback simulate  small · power=3 · 10 replications of 500 calls · seed 1", "abandonment rate",
            "wait, 95th percentile", "predictive gain", "✗ us-tsr", "limit 3 %", "✓ occupancy >= 1%",
            "threshold webhooksLost == 0 skipped", "not modelled", "FAIL  exit 1",
        ] {
            #expect(text.contains(part), "\(part) in\n\(text)")
        }
        #expect(!text.contains("\u{1B}"))
        #expect(StudySummary(result, style: .ansi).text.contains("\u{1B}[31m"))
    }

    @Test(arguments: [40, 72, 100, 160]) func staysWithinTheWidth(_ width: Int) async throws {
        let result = try await StudyFixture.result(
            try StudyFixture.scenario(more: "compliance: [us-tsr, us-fcc, uk-ofcom-2010, ca-crtc]")
        )
        let lines = StudySummary(result, width: width).text.split(separator: "\n")
        // Tables do not wrap; everything else does.
        #expect(lines.filter { $0.contains("not modelled") }.allSatisfy { $0.count <= width })
        #expect(lines.filter { $0.contains("us-tsr ") }.allSatisfy { $0.count <= width })
    }

    @Test func aTraceIsLinesOfJSON() throws {
        let scenario = try StudyFixture.scenario(run: "{calls: 50}")
        let plan = try #require(StudyPlan(scenario, seed: 1))
        var lines: [String] = []
        let traced = try withoutActuallyEscaping({ lines.append($0) }) { append in
            try Replication.run(
                plan.experiment,
                number: 2,
                trace: TraceHandler { append(TraceLine.text($0, replication: 2)) }
            )
        }
        #expect(traced == (try Replication.run(plan.experiment, number: 2)))
        let events = try lines.map { try JSONReader.read(Array($0.utf8)) }
        #expect(lines.allSatisfy { $0.hasSuffix("}") && !$0.contains("\n") })
        #expect(events.filter { $0["event"]?.string == "dialled" }.count == 50)
        #expect(events.allSatisfy { $0["replication"]?.integer == 2 })
        let times = events.compactMap { $0["time"]?.double }
        #expect(times.count == events.count && times == times.sorted())
        let answered = try #require(events.first { $0["event"]?.string == "answered" })
        #expect(answered["outcome"]?.string == "answered" && answered["greetingEnd"] != nil)
    }
}
