package import ScenarioFile
package import SimulationClient

extension TargetProfile {
    /// What the client may rely on.
    package var capabilities: Capabilities {
        var codes = SuccessCodes()
        codes.create = success[.create] ?? codes.create
        codes.status = success[.status] ?? codes.status
        codes.list = success[.list] ?? codes.list
        codes.cancel = success[.cancel] ?? codes.cancel
        codes.aggregate = success[.aggregate] ?? codes.aggregate
        return Capabilities(
            honoursIdempotencyKeys: honours.idempotencyKeys,
            listsByTag: honours.listByTag,
            cancels: honours.cancel,
            success: codes
        )
    }

    /// What is assumed, a line each, for people.
    package var assumptions: [String] {
        func word(_ flag: Bool) -> String { flag ? "yes" : "no" }
        let codes = Operation.allCases.compactMap { operation in
            success[operation].map { "\(operation.rawValue) \($0.sorted().map(String.init).joined(separator: ", "))" }
        }
        return [
            "paths: \(paths.simulations), \(paths.aggregations)",
            "relied on: idempotency keys \(word(honours.idempotencyKeys)), list by tag \(word(honours.listByTag)), "
                + "cancel \(word(honours.cancel)), extensions \(word(honours.extensions))",
        ] + (codes.isEmpty ? [] : ["codes of success: \(codes.joined(separator: "; "))"])
    }

    /// Where the operations are.
    package var apiPaths: APIPaths {
        APIPaths(simulations: paths.simulations, aggregations: paths.aggregations)
    }
}
