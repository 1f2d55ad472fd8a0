import DialerEngine
import ExactJSON
import Statistics

extension CalibrationResult {
    /// Every setting as a line of comma-separated values.
    package var csv: String {
        let head = [
            "policy", "agents", "over", "value", "occupancy", "connectsPerAgentHour", "abandonmentRate", "windows",
            "windowsBreached", "breachProbability", "breachLow", "breachHigh", "verdict",
        ]
        let lines = groups.flatMap(\.results).map { result in
            let numbers = [result.occupancy.mean, result.connectsPerAgentHour.mean, result.abandonmentRate.mean]
            let breaches = [
                result.breachProbability.mean, result.breachProbability.interval?.lower,
                result.breachProbability.interval?.upper,
            ]
            func text(_ value: Double?) -> String { value.map { JSONValue.double($0).text } ?? "" }
            return [
                result.setting.policy.rawValue, "\(result.setting.agents)", result.setting.over ?? "",
                result.setting.value ?? "",
            ] + numbers.map(text) + ["\(result.windows)", "\(result.windowsBreached)"] + breaches.map(text)
                + [result.verdict.rawValue]
        }
        return ([head] + lines).map { $0.joined(separator: ",") + "\r\n" }.joined()
    }
}
