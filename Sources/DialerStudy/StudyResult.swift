package import DialerEngine
package import RunReport
import ScenarioFile
import Statistics

/// What the replications of a scenario show: estimates with 95 % intervals, and the verdict on them.
package struct StudyResult: Sendable {
    package let plan: StudyPlan
    /// All calls of all replications but those of the warm-ups.
    package let calls: DialerEngine.CallTotals
    package let metrics: [StudyMetric: Estimate]
    /// The time that 95 % of the answered calls wait at most, in seconds.
    package let waitP95: Estimate
    /// How abandonment is judged by each rule, in the order of the scenario.
    package let compliance: [ComplianceFinding]
    /// What the screens of dialers show beside the first of these rules that judges a share; empty without one.
    package let gauges: [GaugeFinding]
    package let idle: IdleFinding
    /// The course of a day; nil unless the plan asks for it.
    package let course: DayCourse?
    /// What became of the contacts; nil without a list.
    package let list: ListFinding?
    /// How each threshold on a metric that is measured here is judged.
    package let thresholds: [ThresholdFinding]
    package let skipped: [RunResult.SkippedThreshold]
    /// What a reader should know besides.
    package var notes: [String] { ownNotes + (baseline?.notes ?? []) }
    private let ownNotes: [String]
    /// What the comparison with an earlier simulation shows; nil unless it was asked for.
    package private(set) var baseline: BaselineFinding?
    /// What each replication contributes to every ratio.
    let replications: [Measures]
    /// What the ratios were estimated from, replication by replication, or batch by batch.
    let pieces: [Measures]

    package var verdict: Verdict {
        .worst(
            of: compliance.compactMap(\.verdict) + thresholds.map(\.verdict)
                + (baseline?.assertions ?? []).map(\.verdict)
        )
    }

    package mutating func compare(with baseline: Baseline) { self.baseline = baseline.finding(on: document) }

    package var exitCode: ExitCode {
        switch verdict {
        case .pass: .pass
        case .fail: .assertionFailed
        case .inconclusive: .inconclusive
        }
    }

    /// Judges what the replications of a plan have shown; equal replications give equal results.
    ///
    /// Intervals come from the replications; those of a single one from its batches.
    package init(judging results: [ReplicationSummary], of plan: StudyPlan) {
        self.plan = plan
        var calls = DialerEngine.CallTotals()
        for result in results { calls += result.measures.calls }
        self.calls = calls
        let isSingle = results.count == 1
        // Batches that lie in a warm-up hold nothing.
        let pieces =
            isSingle
            ? results[0].samples.filter { $0.agentSeconds > 0 || $0.calls.attempted > 0 } : results.map(\.measures)
        self.pieces = pieces
        replications = results.map(\.measures)
        var metrics: [StudyMetric: Estimate] = [:]
        for metric in StudyMetric.allCases { metrics[metric] = metric.estimate(pieces) }
        self.metrics = metrics
        let percentiles = results.map(\.waitP95).filter { !$0.isNaN }
        waitP95 = Estimate(MeanEstimate(percentiles), within: 0...Double.infinity)
        compliance = plan.experiment.compliance.indices.map { index in
            ComplianceFinding(
                results.map { $0.compliance[index] },
                pieces: isSingle ? results[0].complianceSamples[index] : nil
            )
        }
        let law = compliance.first { $0.profile.attemptLimit == nil }
        gauges = plan.experiment.gauges.enumerated().compactMap { index, gauge in
            law.map { GaugeFinding(gauge, results.map { $0.gauges[index] }, law: $0) }
        }
        idle = IdleFinding(results.map(\.idleCauses))
        course = DayCourse(results.map(\.course), every: plan.experiment.courseInterval, of: plan.experiment)
        let lists = results.compactMap(\.list)
        list = lists.isEmpty ? nil : ListFinding(lists)
        let measured = Measured(metrics: metrics, waitP95: waitP95, calls: calls, results: results)
        (thresholds, skipped) = ThresholdFinding.all(of: plan.scenario, measured)
        ownNotes = plan.notes + compliance.flatMap(\.notes) + Self.notes(on: pieces, isSingle: isSingle)
    }

    /// What a single replication's batches do not show.
    private static func notes(on pieces: [Measures], isSingle: Bool) -> [String] {
        guard isSingle else { return [] }
        var notes = [
            "one replication: intervals come from \(pieces.count) batches of it, and a 95th percentile has none"
        ]
        for metric in [StudyMetric.abandonmentRate, .occupancy] {
            guard let ratio = metric.estimate(pieces).mean else { continue }
            let deviations = pieces.map { piece in
                let observation = metric.observation(piece)
                return observation.numerator - ratio * observation.denominator
            }
            guard let test = VonNeumannTest(deviations), !test.acceptsIndependence() else { continue }
            notes.append(
                "the batches are correlated in \(metric.rawValue): its interval is too narrow. "
                    + "Simulate longer, or take replications"
            )
        }
        return notes
    }
}
