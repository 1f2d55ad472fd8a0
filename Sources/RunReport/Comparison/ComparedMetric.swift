/// What a run or a simulation is compared in with an earlier one.
package enum ComparedMetric: String, CaseIterable, Hashable, Sendable {
    case abandonmentRate, occupancy, connectsPerAgentHour, dialsPerAgentHour, waitSeconds, idleSeconds
    case accuracyRate, callsAttempted, callsCompleted, webhooksLost, durationSeconds

    /// The metrics of a simulation.
    static let ofSimulation: [ComparedMetric] = [
        .abandonmentRate, .occupancy, .connectsPerAgentHour, .dialsPerAgentHour, .waitSeconds, .idleSeconds,
    ]
    /// The metrics of a run.
    static let ofRun: [ComparedMetric] = [
        .abandonmentRate, .waitSeconds, .accuracyRate, .callsAttempted, .callsCompleted, .webhooksLost,
        .durationSeconds,
    ]

    /// Whether a higher value is the worse one; for the others it is the lower one.
    var isWorseHigher: Bool {
        [.abandonmentRate, .waitSeconds, .idleSeconds, .webhooksLost, .durationSeconds].contains(self)
    }

    var unit: MetricUnit {
        switch self {
        case .abandonmentRate, .occupancy, .accuracyRate: .share
        case .waitSeconds, .idleSeconds, .durationSeconds: .seconds
        case .connectsPerAgentHour, .dialsPerAgentHour: .number
        case .callsAttempted, .callsCompleted, .webhooksLost: .count
        }
    }

    var title: String {
        switch self {
        case .abandonmentRate: "abandonment rate"
        case .occupancy: "occupancy"
        case .connectsPerAgentHour: "connects per agent hour"
        case .dialsPerAgentHour: "dials per agent hour"
        case .waitSeconds: "wait of answered calls"
        case .idleSeconds: "idle between calls"
        case .accuracyRate: "accuracy rate"
        case .callsAttempted: "calls attempted"
        case .callsCompleted: "calls completed"
        case .webhooksLost: "webhooks lost"
        case .durationSeconds: "duration"
        }
    }
}

/// The unit of a metric, and how its values are written for people.
package enum MetricUnit: Hashable, Sendable {
    case share, seconds, number, count

    /// A value with its unit; differences of shares are percentage points.
    package func text(_ value: Double, digits: Int, isDifference: Bool = false) -> String {
        number(value, digits) + suffix(isDifference)
    }

    /// The value as a number in the unit, without the unit.
    package func number(_ value: Double, _ digits: Int) -> String {
        NumberText.fixed(self == .share ? 100 * value : value, self == .count ? 0 : digits)
    }

    package func suffix(_ isDifference: Bool) -> String {
        switch self {
        case .share: isDifference ? " pp" : " %"
        case .seconds: " s"
        case .number, .count: ""
        }
    }

    /// As many digits as the width of an interval justifies.
    package func digits(forWidth width: Double) -> Int {
        let width = width * (self == .share ? 100 : 1)
        // Values that differ by the rounding of a processor alone are one value.
        guard width > 1e-9 else { return 2 }
        var (digits, step) = (1, 0.1)
        while step > width / 4, digits < 4 {
            digits += 1
            step /= 10
        }
        return digits
    }
}
