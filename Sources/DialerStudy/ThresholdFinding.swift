import DialerEngine
package import RunReport
package import ScenarioFile
import Statistics

/// How one threshold is judged on an interval.
package struct ThresholdFinding: Hashable, Sendable {
    package let threshold: Scenario.Threshold
    package let measured: Estimate
    /// Whether the interval complies.
    package let verdict: Verdict
    /// Why it is inconclusive, if the interval alone does not say it.
    package let detail: String

    package var title: String { "\(threshold.metric.rawValue) \(threshold.text)" }

    /// Judges the thresholds of a scenario; those on metrics that a simulation does not measure are skipped.
    static func all(
        of scenario: Scenario,
        _ measured: Measured
    ) -> (judged: [ThresholdFinding], skipped: [RunResult.SkippedThreshold]) {
        var (judged, skipped) = ([ThresholdFinding](), [RunResult.SkippedThreshold]())
        for threshold in scenario.thresholds {
            if let estimate = measured.estimate(of: threshold.metric) {
                judged.append(ThresholdFinding(threshold, estimate, measured))
            } else {
                skipped.append(
                    RunResult.SkippedThreshold(
                        metric: threshold.metric.rawValue,
                        expected: threshold.text,
                        reason: "`simulate` does not measure it; `run` does"
                    )
                )
            }
        }
        return (judged, skipped)
    }

    private init(_ threshold: Scenario.Threshold, _ estimate: Estimate, _ measured: Measured) {
        self.threshold = threshold
        self.measured = estimate
        var verdict = threshold.comparison.verdict(on: estimate.interval, limit: threshold.limit)
        var detail = ""
        if estimate.mean == nil {
            detail = "nothing was measured: no call was answered by a person"
        } else if estimate.interval == nil {
            detail = "one replication gives no interval for it; take more"
        } else if threshold.metric == .abandonmentRate, estimate.mean == 0, verdict == .pass {
            // An interval of width 0 proves nothing about an event that was never seen.
            let certain = ConfidenceInterval.neverSeen(trials: measured.calls.answered)
            verdict = threshold.comparison.verdict(on: certain, limit: threshold.limit)
            if verdict != .pass {
                detail =
                    "none of \(NumberText.count(measured.calls.answered, "answered call")) was abandoned: "
                    + "at most \(NumberText.short(100 * certain.upper, 3)) % with 95 % confidence; simulate more calls"
            }
        }
        self.verdict = verdict
        self.detail = detail
    }
}

/// What a simulation measures, as thresholds name it.
struct Measured {
    var metrics: [StudyMetric: Estimate]
    var waitP95: Estimate
    var calls: DialerEngine.CallTotals
    var results: [ReplicationSummary]

    /// The estimate of a metric; counts are those of a replication; `nil` for what only a run measures.
    func estimate(of metric: Scenario.Threshold.Metric) -> Estimate? {
        switch metric {
        case .abandonmentRate: return metrics[.abandonmentRate]
        case .occupancy: return metrics[.occupancy]
        case .connectsPerAgentHour: return metrics[.connectsPerAgentHour]
        case .waitSecondsMean: return metrics[.waitSeconds]
        case .waitSecondsP95: return waitP95
        case .callsAttempted: return count { $0.attempted }
        case .callsCompleted: return count { $0.attempted - $0.abandoned - $0.falsePositives }
        case .accuracyRate, .webhooksLost, .durationSeconds: return nil
        }
    }

    private func count(_ value: (DialerEngine.CallTotals) -> Int) -> Estimate {
        Estimate(MeanEstimate(results.map { Double(value($0.measures.calls)) }), within: 0...Double.infinity)
    }
}
