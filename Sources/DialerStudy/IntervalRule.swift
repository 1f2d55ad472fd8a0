import RunReport
import ScenarioFile
import Statistics

/// How a 95 % interval is judged: pass if all of it complies with the limit, fail if no part does, else inconclusive.
enum IntervalRule {
    static func verdict(
        _ interval: ConfidenceInterval?,
        _ comparison: Scenario.Threshold.Comparison,
        _ limit: Double
    ) -> Verdict {
        guard let interval else { return .inconclusive }
        let (low, high) = (interval.lower, interval.upper)
        let (passes, fails) =
            switch comparison {
            case .atMost: (high <= limit, low > limit)
            case .below: (high < limit, low >= limit)
            case .atLeast: (low >= limit, high < limit)
            case .above: (low > limit, high <= limit)
            case .equal: (low == limit && high == limit, low > limit || high < limit)
            }
        return passes ? .pass : fails ? .fail : .inconclusive
    }
}

/// The chance of something that was never seen, at most so much with 95 % confidence: the one-sided limit of Clopper
/// and Pearson.
enum NeverSeen {
    static func upperBound(trials: Int) -> Double {
        ProportionInterval.clopperPearsonUpperLimit(successes: 0, trials: trials)
    }
}
