extension CallTraffic {
    /// What determines the traffic: equal configurations give equal events.
    public struct Configuration: Hashable, Sendable {
        /// The probability of each outcome.
        public var outcomeProbabilities: OutcomeProbabilities
        /// The largest number of calls at a time, at least 1.
        public var concurrencyLimit: Int
        /// The number of calls to place, not negative.
        public var maxCalls: Int
        /// The seed of all random numbers.
        public var seed: UInt32
        /// The replication, an independent run with the same seed.
        public var replication: UInt32
        /// How long the parts of a call take.
        public var timing: CallTiming

        /// Creates a configuration.
        public init(
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
