extension Scenario {
    /// What the organisation allows.
    public struct Limits: Hashable, Sendable {
        /// Calls at once inside one simulation.
        public var maxConcurrent = 5
        /// Simulations at once.
        public var maxActiveSimulations = 5

        /// The limits that NICE CXone documents.
        public init() {}
    }
}
