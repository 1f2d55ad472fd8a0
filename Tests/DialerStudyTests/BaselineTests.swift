import DialerEngine
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

    /// The abandonment rates of two simulations counted from their traces alone, and their paired difference by the delta method:
    /// each replication's share of the one ratio less that of the other.
    @Test func theDifferenceIsThatOfTwoTraces() async throws {
        let scenarios = [try Self.scenario(agents: 10), try Self.scenario(agents: 9)]
        let results = [
            try await StudyFixture.result(scenarios[0]), try await StudyFixture.result(scenarios[1]),
        ]
        let counts = try scenarios.map { scenario -> [(abandoned: Double, answered: Double)] in
            let plan = try #require(StudyPlan(scenario, seed: 1))
            return try (0..<UInt32(plan.replications)).map { number in
                var (abandoned, answered) = (0, 0)
                let trace = TraceHandler { event in
                    guard event.outcome == .answered else { return }
                    if event.kind == .answered { answered += 1 }
                    if [.abandoned, .falsePositive].contains(event.kind) { abandoned += 1 }
                }
                _ = try Replication.run(plan.experiment, number: number, trace: trace)
                return (Double(abandoned), Double(answered))
            }
        }
        let count = Double(counts[0].count)
        let ratios = counts.map { pairs in
            (
                rate: pairs.map(\.abandoned).reduce(0, +) / pairs.map(\.answered).reduce(0, +),
                mean: pairs.map(\.answered).reduce(0, +) / count
            )
        }
        let shares = zip(counts[0], counts[1]).map { old, new in
            (new.abandoned - ratios[1].rate * new.answered) / ratios[1].mean
                - (old.abandoned - ratios[0].rate * old.answered) / ratios[0].mean
        }
        let variance = shares.map { $0 * $0 }.reduce(0, +) / (count - 1)
        let halfWidth =
            -StudentTDistribution(degreesOfFreedom: count - 1).quantile(0.025) * (variance / count).squareRoot()
        let comparison = try #require(try Self.compared(results[1], with: results[0]).baseline?.comparison)
        let row = try #require(comparison.rows.first { $0.metric == .abandonmentRate })
        #expect(abs(try #require(row.difference) - (ratios[1].rate - ratios[0].rate)) < 1e-12)
        #expect(abs(try #require(row.interval).halfWidth - halfWidth) < 1e-9)
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
