extension CallTraffic {
    /// What determines the traffic: equal configurations give equal events.
    package struct Configuration: Hashable, Sendable {
        /// The probability of each outcome.
        package var outcomeProbabilities: OutcomeProbabilities
        /// The largest number of calls at a time, at least 1.
        package var concurrencyLimit: Int
        /// The number of calls to place, not negative.
        package var maxCalls: Int
        /// The seed of all random numbers.
        package var seed: UInt32
        /// The replication, an independent run with the same seed.
        package var replication: UInt32
        /// How long the parts of a call take.
        package var timing: CallTiming

        /// Creates a configuration.
        package init(
            outcomeProbabilities: OutcomeProbabilities,
            concurrencyLimit: Int,
            maxCalls: Int,
            seed: UInt32,
            replication: UInt32 = 0,
            timing: CallTiming = CallTiming()
        ) {
            self.outcomeProbabilities = outcomeProbabilities
            self.concurrencyLimit = concurrencyLimit
            self.maxCalls = maxCalls
            self.seed = seed
            self.replication = replication
            self.timing = timing
        }
    }
}
