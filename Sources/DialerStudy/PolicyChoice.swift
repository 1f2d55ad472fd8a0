package import DialerEngine
import ExactJSON
import ScenarioFile
import SimulationAPI

/// A policy on the command line: its name, with `=value` for its main parameter if it has one.
package struct PolicyChoice: Hashable, Sendable {
    package let name: String
    package let pacing: Pacing

    /// Reads a policy such as `progressive`, `power=1.5` or `lookahead=2%`.
    ///
    /// - Parameters:
    ///   - text: The policy.
    ///   - own: The scenario's policy, which its bare name means.
    package init(parsing text: String, own: Pacing) throws(FormatError) {
        name = text
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 1, parts[0] == own.name.rawValue {
            pacing = own
            return
        }
        var json = JSONValue.string(parts[0])
        if parts.count == 2, let policy = PacingName(rawValue: parts[0]) {
            guard let parameter = policy.mainParameter else {
                throw FormatError(description: "\(policy) takes no value")
            }
            let value: JSONValue = Double(parts[1]) == nil ? .string(parts[1]) : .number(parts[1])
            json = .object([.init(parts[0], .object([.init(parameter, value)]))])
        }
        switch Pacing.check(json) {
        case .success(let pacing): self.pacing = pacing
        case .failure(let violations):
            let hint =
                parts.count == 1 && violations.list.contains { $0.code == .fieldMissing }
                ? "; write \(parts[0])=VALUE" : ""
            throw FormatError(description: violations.list.map(\.message).joined(separator: "; ") + hint)
        }
    }
}
