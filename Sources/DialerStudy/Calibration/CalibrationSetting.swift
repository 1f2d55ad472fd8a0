package import DialerEngine
import ExactJSON

/// One way of dialling that a calibration tries: a policy, a team, and a value of what is varied.
package struct CalibrationSetting: Hashable, Sendable {
    package let policy: PacingName
    package let agents: Int
    /// The path of what is varied, such as `pacing.power.linesPerAgent`; nil for a policy without a parameter.
    package let over: String?
    package let value: String?
    /// The windows that are simulated; nil if they come from somewhere else.
    package let window: LegalWindow?

    package init(policy: PacingName, agents: Int, over: String?, value: String?, window: LegalWindow?) {
        (self.policy, self.agents, self.over, self.value, self.window) = (policy, agents, over, value, window)
    }

    /// What a message calls it, such as `power.linesPerAgent 1.4, 10 agents`.
    package var title: String {
        let varied = over.map { $0.hasPrefix("pacing.") ? String($0.dropFirst(7)) : $0 } ?? policy.rawValue
        return varied + (value.map { " \($0)" } ?? "") + ", \(agents) agent" + (agents == 1 ? "" : "s")
    }
}

/// The settings of one policy and one team, from the cautious side.
package struct CalibrationGroup: Hashable, Sendable {
    package let policy: PacingName
    package let agents: Int
    package let settings: [CalibrationSetting]

    package init(policy: PacingName, agents: Int, settings: [CalibrationSetting]) {
        (self.policy, self.agents, self.settings) = (policy, agents, settings)
    }
}

extension PacingName {
    /// What makes the policy more aggressive, and the usual values of it from the cautious side; nil without one.
    package func aggressiveness(agents: Int) -> (parameter: String, values: [String])? {
        switch self {
        case .progressive, .poisson: nil
        case .power: ("linesPerAgent", ["1", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.8", "2", "2.25", "2.5", "3"])
        case .ratio: ("level", ["0.8", "0.9", "1", "1.1", "1.2", "1.3", "1.4", "1.5", "1.75", "2", "2.5", "3"])
        case .fixedLines:
            ("lines", (1...12).map { String(max($0, ($0 * agents + 5) / 6)) })
        case .vicidial:
            ("maxLevel", ["1", "1.25", "1.5", "1.75", "2", "2.25", "2.5", "2.75", "3", "3.5", "4", "5"])
        case .lookahead, .feedback:
            (
                "abandonTarget",
                [
                    "0.005", "0.01", "0.015", "0.02", "0.0225", "0.025", "0.0275", "0.03", "0.035", "0.04", "0.05",
                    "0.06",
                ]
            )
        }
    }
}
