/// An abandonment figure that a dialer shows on its screen, over a window and a denominator of its own.
///
/// It is measured on the same calls as the rules of regulators (``ComplianceProfile``), so that the two can be compared.
/// Sources and differences stand in `docs/GAUGES.md`.
public enum Gauge: String, Hashable, Sendable, CaseIterable {
    /// VICIdial's drop percentage of today: dropped calls of those that a person answered, false positives in neither.
    case vicidialToday = "vicidial-today"
    /// NICE CXone's abandonment rate of a skill today: abandoned of abandoned and connected.
    case cxoneSkillToday = "cxone-skill-today"
    /// Amazon Connect's abandonment rate: of the contacts that reached the queue in the last 24 hours, those that were
    /// abandoned or connected later than two seconds after the greeting.
    case amazon24h = "amazon-24h"
    /// Cisco Unified CCX's abandonment rate of today: abandoned of those that a person answered, false positives in neither.
    case uccxToday = "uccx-today"

    /// How it counts.
    var measure: ComplianceProfile {
        switch self {
        // At the end of a day everybody who was not taken for a machine is connected or abandoned, so three agree.
        case .vicidialToday, .cxoneSkillToday, .uccxToday:
            ComplianceProfile(
                name: rawValue,
                limit: nil,
                window: .calendarDay,
                seconds: .infinity,
                falsePositives: .leftOut
            )
        case .amazon24h:
            ComplianceProfile(name: rawValue, limit: nil, window: .rollingHours(24), falsePositives: .leftOut)
        }
    }

    /// Returns what it showed at the end of each day with a call; of a rolling one the highest share of each day.
    public static func days(of count: ComplianceCount) -> [ComplianceCount.WindowCount] {
        guard count.profile.window.isRolling else { return count.windows.filter { $0.calls > 0 } }
        return count.highestOfDays.sorted { $0.key < $1.key }.map(\.value)
    }
}
