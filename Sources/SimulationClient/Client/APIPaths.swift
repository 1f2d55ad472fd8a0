public import SimulationAPI

/// Where the operations of an API are, behind its base.
public struct APIPaths: Hashable, Sendable {
    /// Creates and lists simulations; one of them is below it, under its id.
    public var simulations: String
    /// Stores the metrics of a finished run.
    public var aggregations: String

    /// Creates paths, each with a slash before and none behind; those of Ringback's sandbox where none are given.
    public init(simulations: String = Endpoint.simulations, aggregations: String = Endpoint.aggregations) {
        self.simulations = simulations
        self.aggregations = aggregations
    }
}
