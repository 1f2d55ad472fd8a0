import RunReport
import ScenarioFile
import Statistics

/// How the values of a metric are written for people.
struct MetricText {
    private enum Unit { case share, seconds, number, count }

    private let unit: Unit
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
        let digits = self.digits(for: interval)
        let range = "\(number(interval.lower, digits))…\(number(interval.upper, digits))\(suffix)"
        return [text(mean, digits: digits), range]
    }

    func text(_ value: Double, digits: Int) -> String { number(value, digits) + suffix }

    private var suffix: String {
        switch unit {
        case .share: isDifference ? " pp" : " %"
        case .seconds: " s"
        case .number, .count: ""
        }
    }

    private func number(_ value: Double, _ digits: Int) -> String {
        NumberText.fixed(unit == .share ? 100 * value : value, unit == .count ? 0 : digits)
    }

    private func digits(for interval: ConfidenceInterval) -> Int {
        let width = (interval.upper - interval.lower) * (unit == .share ? 100 : 1)
        guard width > 0 else { return 2 }
        var (digits, step) = (1, 0.1)
        while step > width / 4, digits < 4 {
            digits += 1
            step /= 10
        }
        return digits
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
