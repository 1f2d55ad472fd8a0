internal import DialerEngine
internal import DiscreteEvents

/// The engine as a queue: calls of an open loop that are answered at once, with one agent or many.
enum QueueFamilies {
    /// An open loop of calls at a rate per second into a queue.
    static func scenario(
        _ model: String,
        _ parameters: String,
        _ source: String,
        servers: Int,
        rate: Double,
        service: Distribution = .exponential(mean: 1),
        patience: Distribution = .constant(.infinity),
        millions: Double = 2,
        exact: [(Quantity, Double)]
    ) -> Scenario {
        var scenario = Scenario(
            model: model,
            parameters: parameters,
            source: source,
            center: .queue(servers: servers, service: service, patience: patience),
            pacing: .poisson(callsPerHour: 3600 * rate),
            exact: exact
        )
        scenario.millions = millions
        // A tenth of the run.
        scenario.warmUp = 0.1 * millions * 1e6 / Double(Simulator.replications) / rate
        return scenario
    }
}
