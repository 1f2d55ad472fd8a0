import DialerEngine
import ExactJSON
package import RunReport
import ScenarioFile

extension StudyResult {
    /// Every rule and threshold with what was measured; rules without a limit have no verdict.
    package var judgements: [ResultDocument.Judged] {
        compliance.map(\.judged) + thresholds.map(\.judged)
            + (baseline?.assertions ?? []).map { ResultDocument.Judged($0) }
    }
}

extension ComplianceFinding {
    fileprivate var judged: ResultDocument.Judged {
        let demand = profile.attemptLimit == nil ? Demand.abandonment(profile.name) : .attempts(profile.name)
        let windows = NumberText.count(windows, profile.attemptLimit == nil ? "window" : "contact")
        let breached = NumberText.count(windowsBreached)
        var (observed, expected): (String, String)
        if let limit = profile.attemptLimit {
            observed = "\(breached) of \(windows) over it"
            expected =
                "at most \(NumberText.count(limit.attempts, "attempt")) of a contact in \(Duration.text(seconds: limit.seconds))"
        } else {
            let cells = MetricText(StudyMetric.abandonmentRate).cells(rate)
            observed =
                "\(cells[0]) (\(cells[1])) of \(profile.denominator.counted(calls)); \(breached) of \(windows) breached"
            expected = profile.limit.map { "at most \(NumberText.percent($0.doubleValue))" } ?? "no limit"
        }
        return ResultDocument.Judged(
            name: demand.name,
            title: profile.name,
            verdict: verdict,
            observed: observed,
            expected: expected,
            detail: profile.standing?.caution ?? ""
        )
    }
}

extension ThresholdFinding {
    fileprivate var judged: ResultDocument.Judged {
        let cells = MetricText(threshold.metric).cells(measured)
        return ResultDocument.Judged(
            name: Demand.threshold(threshold.metric.rawValue, threshold.text).name,
            title: threshold.metric.rawValue,
            verdict: verdict,
            observed: "\(cells[0]) (\(cells[1]))",
            expected: threshold.text,
            detail: detail
        )
    }
}
