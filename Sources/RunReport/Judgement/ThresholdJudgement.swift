import ScenarioFile
import SimulationAPI

/// Judges a run by the scenario's thresholds.
///
/// Observed values are judged, not intervals. A threshold on a metric that a run does not measure is skipped.
struct ThresholdJudgement {
    private(set) var assertions: [Assertion] = []
    /// The thresholds that were not judged, and why.
    private(set) var skipped: [RunResult.SkippedThreshold] = []

    init(_ facts: RunFacts) {
        for threshold in facts.scenario.thresholds {
            let measure = Measure(of: threshold.metric, in: facts)
            if let measure, facts.ending == .ended {
                assertions.append(measure.judged(by: threshold))
            } else {
                let absence = "`run` does not measure it; `simulate` does"
                let reason = measure == nil ? absence : "the run did not come to its end"
                skipped.append(.init(metric: threshold.metric.rawValue, expected: threshold.text, reason: reason))
            }
        }
    }

    var notes: [String] { skipped.map { "threshold \($0.metric) \($0.expected) skipped: \($0.reason)" } }

    private struct Measure {
        var value: Double?
        /// The value as a count, which is compared exactly.
        var count: Int?
        var text: String
        /// Why the value is missing; empty if it is known.
        var absence = ""

        /// Measures a metric; `nil` if a run does not measure it.
        init?(of metric: Scenario.Threshold.Metric, in facts: RunFacts) {
            switch metric {
            case .abandonmentRate:
                let answered = NumberText.count(facts.calls.outcomes[.answered] ?? 0)
                self.init(facts.abandonmentRate, absence: "no call was answered by a person") {
                    "\(NumberText.percent($0)) (\(NumberText.count(facts.calls.abandoned)) of \(answered) answered)"
                }
            case .waitSecondsMean: self.init(wait: facts.calls.waitMs?.mean)
            case .waitSecondsP95: self.init(wait: facts.calls.waitMs?.p95)
            case .accuracyRate:
                self.init(facts.accuracyRate, absence: "no ended call reported its outcome, or injection is off") {
                    NumberText.short($0, 4)
                }
            case .callsAttempted: self.init(count: facts.callsAttempted)
            case .callsCompleted: self.init(count: facts.status?.callsCompleted ?? facts.calls.completed)
            case .webhooksLost: self.init(count: facts.webhooks.lost)
            case .durationSeconds: self.init(facts.durationSeconds, absence: "") { NumberText.short($0, 3) + " s" }
            case .occupancy, .connectsPerAgentHour: return nil
            }
        }

        private init(_ value: Double?, absence: String, _ text: (Double) -> String) {
            self.value = value
            self.text = value.map(text) ?? "not measured"
            self.absence = absence
        }

        private init(wait milliseconds: Double?) {
            self.init(milliseconds.map { $0 / 1000 }, absence: "no call was answered by a person") {
                NumberText.short($0, 3) + " s"
            }
        }

        private init(count: Int) {
            self.init(Double(count), absence: "") { _ in NumberText.count(count) }
            self.count = count
        }

        func judged(by threshold: Scenario.Threshold) -> Assertion {
            let holds = count.map { threshold.holds($0) } ?? value.map { threshold.holds($0) }
            let verdict = holds.map { $0 ? Verdict.pass : .fail } ?? .inconclusive
            return Assertion(
                .threshold(threshold.metric.rawValue, threshold.text),
                verdict,
                observed: text,
                expected: threshold.text,
                detail: value == nil ? absence : ""
            )
        }
    }
}
