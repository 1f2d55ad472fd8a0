package import ScenarioFile
import SimulationAPI

extension TargetProfile {
    /// What is assumed, a line each, for people.
    package var assumptions: [String] {
        func word(_ flag: Bool) -> String { flag ? "yes" : "no" }
        let codes = APIOperation.allCases.compactMap { operation in
            capabilities.success.exceptions[operation].map {
                "\(operation.rawValue) \($0.sorted().map(String.init).joined(separator: ", "))"
            }
        }
        return [
            "paths: \(paths.simulations), \(paths.aggregations)",
            "relied on: idempotency keys \(word(capabilities.idempotencyKeys)), list by tag \(word(capabilities.listByTag)), "
                + "cancel \(word(capabilities.cancel)), extensions \(word(capabilities.extensions))",
        ] + (codes.isEmpty ? [] : ["codes of success: \(codes.joined(separator: "; "))"])
    }
}
