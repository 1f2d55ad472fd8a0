import ExactJSON
import RunReport
package import ScenarioFile
import SimulationAPI

/// A policy on the command line: its name, with `=value` for its first parameter where it has one.
package struct PolicyChoice: Hashable, Sendable {
    /// The policy as it was written.
    package let name: String
    /// The policy.
    package let pacing: Scenario.Pacing

    /// Policies and the parameter that `=value` sets.
    private static let parameters: KeyValuePairs = [
        "power": "linesPerAgent", "fixedLines": "lines", "poisson": "callsPerHour", "ratio": "level",
        "vicidial": "method", "lookahead": "abandonTarget", "feedback": "abandonTarget",
    ]

    /// A text that names no policy.
    package struct FormatError: Error, CustomStringConvertible {
        /// What is wrong and what is right.
        package let description: String
    }

    /// Reads a policy such as `progressive`, `power=1.5` or `lookahead=2%`.
    ///
    /// - Parameters:
    ///   - text: The policy.
    ///   - own: The scenario's policy, which its bare name means.
    package init(parsing text: String, own: Scenario.Pacing) throws(FormatError) {
        name = text
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 1, parts[0] == own.name {
            pacing = own
            return
        }
        var json = JSONValue.string(parts[0])
        if parts.count == 2 {
            guard let parameter = Self.parameters.first(where: { $0.key == parts[0] })?.value else {
                throw FormatError(
                    description: parts[0] == "progressive"
                        ? "progressive takes no value" : "\"\(parts[0])\" is no policy that takes a value"
                )
            }
            let value: JSONValue = Double(parts[1]) == nil ? .string(parts[1]) : .number(parts[1])
            json = .object([.init(parts[0], .object([.init(parameter, value)]))])
        }
        switch Scenario.Pacing.check(json) {
        case .success(let pacing): self.pacing = pacing
        case .failure(let violations):
            let hint =
                parts.count == 1 && violations.list.contains { $0.code == .fieldMissing }
                ? "; write \(parts[0])=VALUE" : ""
            throw FormatError(description: violations.list.map(\.message).joined(separator: "; ") + hint)
        }
    }
}

extension Scenario.Pacing {
    /// The policy as it can be asked for: its name, with the first parameter where that is not the usual one.
    package var label: String {
        switch self {
        case .progressive: return name
        case .power(let linesPerAgent): return "\(name)=\(linesPerAgent)"
        case .fixedLines(let lines): return "\(name)=\(lines)"
        case .poisson(let callsPerHour): return "\(name)=\(NumberText.short(callsPerHour, 3))"
        case .ratio(let level): return "\(name)=\(level)"
        case .vicidial(let law): return law == Vicidial() ? name : "\(name)=\(law.method.rawValue)"
        case .lookahead(let law): return law == Lookahead() ? name : "\(name)=\(law.abandonTarget)"
        case .feedback(let law): return law == Feedback() ? name : "\(name)=\(law.abandonTarget)"
        }
    }
}
