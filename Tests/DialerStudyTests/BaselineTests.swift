import DialerStudy
import ExactJSON
import RunReport
import ScenarioFile
import Statistics
import Testing

/// Studies compared with earlier ones.
@Suite("A study and its baseline", .timeLimit(.minutes(5)))
struct BaselineTests {
    private static func scenario(agents: Int = 8) throws -> Scenario {
        try StudyFixture.scenario(
            agents: agents,
            pacing: "{power: {linesPerAgent: 2}}",
            run: "{shift: 30m, replications: 20}",
            more: "compliance: [{name: loose, limit: 90%, window: calendarDay, clockFrom: answer, seconds: 4s}]"
        )
    }

    private static func compared(
        _ current: StudyResult,
        with baseline: StudyResult,
        gate: String? = nil
    ) throws -> StudyResult {
        let gate = try gate.map { try RegressionGate(parsing: $0) }
        var current = current
        current.compare(with: try Baseline(baseline.document, called: "baseline", gate: gate))
        return current
    }

    /// Of the pairs at most 5 % fail if each of six metrics is judged at 1 − 0.05/6; at 95 % each, up to 14 % would.
    @Test func chanceAloneSeldomFailsABuild() async throws {
        let scenario = try Self.scenario()
        var failures = 0
        for pair in 0..<100 {
            let old = try await StudyFixture.result(scenario, seed: UInt32(2 * pair))
            let new = try await StudyFixture.result(scenario, seed: UInt32(2 * pair + 1))
            if try Self.compared(new, with: old, gate: "all").exitCode == .assertionFailed { failures += 1 }
        }
        #expect(failures <= 7, "\(failures) of 100")
    }

    /// The sums of a document are not rounded, so the difference is that of the engine's own pairs.
    @Test func theDifferenceIsThatOfTheReplications() async throws {
        let (ten, nine) = (
            try await StudyFixture.result(Self.scenario(agents: 10)),
            try await StudyFixture.result(Self.scenario(agents: 9))
        )
        let comparison = try #require(try Self.compared(nine, with: ten).baseline?.comparison)
        #expect(comparison.isPaired)
        let direct = PolicyComparison([("ten", ten), ("nine", nine)], progressive: ten).entries[1].differences
        for metric in StudyMetric.allCases where metric != .talkMinutesPerAgentHour {
            let row = try #require(comparison.rows.first { $0.metric.rawValue == metric.rawValue })
            let estimate = try #require(direct[metric])
            #expect(row.difference == estimate.mean, "\(metric)")
            #expect(row.interval == estimate.interval, "\(metric)")
        }
        #expect(comparison.scenarioDifferences.map(\.path) == ["contactCenter.agents"])
    }

    @Test func threadsDoNotChangeTheDocument() async throws {
        let scenario = try Self.scenario()
        let one = try await StudyFixture.result(scenario, threads: 1).document.text
        #expect(try await StudyFixture.result(scenario, threads: 3).document.text == one)
    }

    /// Of one replication the batches are compared.
    @Test func oneReplicationIsComparedByItsBatches() async throws {
        var scenario = try Self.scenario()
        scenario.runPlan.replications = 1
        let (old, new) = (
            try await StudyFixture.result(scenario), try await StudyFixture.result(scenario, seed: 2)
        )
        let comparison = try #require(try Self.compared(new, with: old).baseline?.comparison)
        #expect(comparison.rows.allSatisfy { $0.interval != nil })
        #expect(old.document["perReplication"]?.elements?.count == 1)
    }
}
