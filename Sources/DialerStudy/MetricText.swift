import RunReport
import ScenarioFile
import Statistics

/// How the values of a metric are written for people.
struct MetricText {
    private let unit: MetricUnit
    private let isDifference: Bool

    /// - Parameter isDifference: Whether values are differences; those of shares are percentage points.
    init(_ metric: StudyMetric, isDifference: Bool = false) {
        self.isDifference = isDifference
        unit =
            switch metric {
            case .abandonmentRate, .occupancy: .share
            case .waitSeconds, .idleSeconds: .seconds
            case .connectsPerAgentHour, .dialsPerAgentHour, .talkMinutesPerAgentHour: .number
            }
    }

    init(_ metric: Scenario.Threshold.Metric) {
        isDifference = false
        unit =
            metric.isRate ? .share : metric.isDuration ? .seconds : metric == .connectsPerAgentHour ? .number : .count
    }

    /// Mean and interval, with as many digits as the interval's width justifies.
    func cells(_ estimate: Estimate) -> [String] {
        guard let mean = estimate.mean else { return ["none", "–"] }
        guard let interval = estimate.interval else { return [text(mean, digits: 2), "–"] }
        let digits = unit.digits(forWidth: interval.upper - interval.lower)
        let range = "\(unit.number(interval.lower, digits))…\(unit.number(interval.upper, digits))"
        return [text(mean, digits: digits), range + unit.suffix(isDifference)]
    }

    func text(_ value: Double, digits: Int) -> String {
        unit.text(value, digits: digits, isDifference: isDifference)
    }
}

extension StudyMetric {
    var title: String {
        switch self {
        case .abandonmentRate: "abandonment rate"
        case .occupancy: "occupancy"
        case .connectsPerAgentHour: "connects per agent hour"
        case .dialsPerAgentHour: "dials per agent hour"
        case .waitSeconds: "wait of answered calls"
        case .idleSeconds: "idle between calls"
        case .talkMinutesPerAgentHour: "talk minutes per agent hour"
        }
    }
}
