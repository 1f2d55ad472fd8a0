public import ExactJSON
public import SimulationAPI

/// What the events of one simulation add up to, folded per call.
public struct CallTotals: Hashable, Sendable {
    /// Calls of which at least one event came.
    public var seen: Int = 0
    /// Calls that came to `completed`.
    public var completed: Int = 0
    /// Calls that came to `abandoned`.
    public var abandoned: Int = 0
    /// Ended calls by outcome; a call that ended without one is in ``withoutOutcome``.
    public var outcomes: [CallOutcome: Int] = [:]
    /// Ended calls whose events never told an outcome.
    public var withoutOutcome: Int = 0
    /// The sum of `durationMs` over the final events, milliseconds.
    public var totalDurationMs: Int64 = 0
    /// The most calls that were up at once, from the intervals between first and final event.
    public var peakConcurrency: Int = 0
    /// Calls whose events came in an order that no call goes.
    public var illegalOrders: Int = 0
    /// The first few of them, in words.
    public var illegalExamples: [String] = []
    /// Milliseconds from answer to connected or abandoned, over calls answered by a person: mean and 95th percentile.
    public var waitMs: (mean: Double, p95: Double)? {
        get { waitMeanMs.flatMap { mean in waitP95Ms.map { (mean, $0) } } }
        set {
            waitMeanMs = newValue?.mean
            waitP95Ms = newValue?.p95
        }
    }
    /// For each abandonment rule of the scenario, the calls that were connected later than it allows.
    ///
    /// 0 where the rule's clock starts at a greeting of which the events tell nothing.
    public var lateConnects: [Int] = []
    private var waitMeanMs: Double?
    private var waitP95Ms: Double?
    /// Calls up over virtual time, in bins of equal width; empty without events.
    public var timeline = Timeline()

    /// Nothing seen.
    public init() {}

    /// Calls that ended.
    public var ended: Int { completed + abandoned }

    /// The mean `durationMs` of final events, milliseconds; 0 without any.
    public var averageLatencyMs: Double { ended == 0 ? 0 : Double(totalDurationMs) / Double(ended) }

    /// Calls up over virtual time.
    public struct Timeline: Hashable, Sendable {
        /// The first event's time.
        public var start = Timestamp(milliseconds: 0)
        /// The width of a bin, milliseconds; 0 without events.
        public var binMs: Int64 = 0
        /// For each bin the most calls that were up at once.
        public var callsUp: [Int] = []
        /// For each bin the calls that ended in it, by outcome.
        public var ended: [[CallOutcome: Int]] = []

        /// Nothing seen.
        public init() {}
    }
}
