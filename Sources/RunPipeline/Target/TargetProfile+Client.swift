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

    /// Where the operations are.
    package var apiPaths: APIPaths {
        APIPaths(simulations: paths.simulations, aggregations: paths.aggregations)
    }
}
