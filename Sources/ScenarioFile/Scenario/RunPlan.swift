extension Scenario {
    /// How long a simulated campaign lasts, and how often it is repeated.
    public struct RunPlan: Hashable, Sendable {
        /// What ends the dialling.
        public enum Length: Hashable, Sendable {
            /// The simulation's `maxCalls`.
            case maxCalls
            /// So many calls in each replication.
            case calls(Int)
            /// So many days of one shift each, in seconds.
            case shift(seconds: Double, days: Int)
        }

        /// How long the start is left out of the metrics.
        public enum WarmUp: Hashable, Sendable {
            /// So many seconds.
            case seconds(Double)
            /// As long as MSER-5 finds in a pilot replication.
            case auto
        }

        /// What ends the dialling.
        public var length = Length.maxCalls
        /// How long the start is left out of the metrics.
        public var warmUp = WarmUp.seconds(0)
        /// How often all of it is repeated.
        public var replications = 20

        /// The longest shift, in seconds: 30 days.
        public static let maximumShift = 30 * 86_400.0

        /// The plan of a scenario that says nothing about it.
        public init() {}
    }
}
