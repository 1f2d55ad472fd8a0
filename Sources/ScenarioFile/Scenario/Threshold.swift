public import ExactJSON

extension Scenario {
    /// What a measured value has to be.
    public struct Threshold: Hashable, Sendable {
        /// What is measured.
        public enum Metric: String, Hashable, Sendable, CaseIterable {
            /// The share of calls answered by a person that were abandoned.
            case abandonmentRate
            /// The share of time that agents talk or wrap up.
            case occupancy
            /// Persons connected for each agent and hour.
            case connectsPerAgentHour
            /// The mean time that an answered call waits.
            case waitSecondsMean = "waitSeconds.mean"
            /// The time that 95 % of the answered calls wait at most.
            case waitSecondsP95 = "waitSeconds.p95"
            /// How near the observed outcomes come to the injected ones; 1 is equal.
            case accuracyRate
            /// Calls dialled.
            case callsAttempted
            /// Calls that ended in the state `completed`.
            case callsCompleted
            /// Calls without a final event.
            case webhooksLost
            /// How long the run took.
            case durationSeconds

            /// Whether the values are shares of a whole.
            public var isRate: Bool { self == .abandonmentRate || self == .occupancy || self == .accuracyRate }
            /// Whether the values are seconds.
            public var isDuration: Bool {
                self == .waitSecondsMean || self == .waitSecondsP95 || self == .durationSeconds
            }
        }

        /// How value and limit have to compare.
        public enum Comparison: String, Hashable, Sendable, CaseIterable {
            case atMost = "<="
            case atLeast = ">="
            case equal = "=="
            case below = "<"
            case above = ">"

            /// Whether a value compares so with a limit; one that is not a number never does.
            package func holds<Value: Comparable>(_ value: Value, _ limit: Value) -> Bool {
                switch self {
                case .atMost: value <= limit
                case .atLeast: value >= limit
                case .equal: value == limit
                case .below: value < limit
                case .above: value > limit
                }
            }
        }

        /// What is measured.
        public var metric: Metric
        /// How value and limit have to compare.
        public var comparison: Comparison
        /// The limit exactly as written: rates as shares, durations in seconds.
        public var exactLimit: ExactDecimal
        /// The expression as written.
        public var text: String

        /// The limit: rates as shares, durations in seconds.
        public var limit: Double { exactLimit.doubleValue }

        /// Whether a measured value meets the threshold; one that is not a number never does.
        public func holds(_ value: Double) -> Bool { comparison.holds(value, limit) }

        /// Whether a measured count meets the threshold, exactly.
        public func holds(_ count: Int) -> Bool { comparison.holds(ExactDecimal(count), exactLimit) }
    }
}
