public import ExactJSON
public import SimulationAPI

/// Totals over the calls of one simulation, as its events show them.
public struct ObservedCalls: Hashable, Sendable {
    /// Calls with at least one event.
    public var seen: Int = 0
    /// Calls that ended `completed`.
    public var completed: Int = 0
    /// Calls that ended `abandoned`.
    public var abandoned: Int = 0
    /// Ended calls by outcome; a call that ended without one is in ``withoutOutcome``.
    public var outcomes: [CallOutcome: Int] = [:]
    /// Of the calls in ``outcomes`` those that were dialled before the first entry of the schedule, in force of the first,
    /// the second and so on; empty if the outcomes did not change.
    public var callsByEntry: [Int] = []
    /// Ended calls whose events had no outcome.
    public var withoutOutcome: Int = 0
    /// The sum of `durationMs` over the final events, milliseconds.
    public var totalDurationMs: Int64 = 0
    /// The most calls that were up at once, from the intervals between first and final event.
    public var peakConcurrency: Int = 0
    /// Calls whose events came in an illegal order.
    public var illegalOrders: Int = 0
    /// The first few of these, in words.
    public var illegalExamples: [String] = []
    /// Milliseconds from answer to connected or abandoned, over calls answered by a person: mean and 95th percentile.
    public var waitMs: (mean: Double, p95: Double)? {
        get { waitMeanMs.flatMap { mean in waitP95Ms.map { (mean, $0) } } }
        set { (waitMeanMs, waitP95Ms) = (newValue?.mean, newValue?.p95) }
    }
    /// For each abandonment rule of the scenario, the calls that were connected later than it allows.
    ///
    /// 0 if the rule's clock starts at a greeting, which events do not show.
    public var lateConnects: [Int] = []
    /// For each abandonment rule the persons who were abandoned within the time that it allows for the connection.
    ///
    /// 0 if the rule's clock starts at a greeting, which events do not show.
    public var earlyHangUps: [Int] = []
    private var waitMeanMs: Double?
    private var waitP95Ms: Double?
    /// Calls up over virtual time, in bins of equal width; empty without events.
    public var timeline = CallTimeline()

    /// Creates totals of no calls.
    public init() {}

    /// Calls that ended.
    public var ended: Int { completed + abandoned }

    /// The mean `durationMs` of final events, milliseconds; 0 without a final event.
    public var averageLatencyMs: Double { ended == 0 ? 0 : Double(totalDurationMs) / Double(ended) }
}

/// Calls up and calls ended over virtual time.
public struct CallTimeline: Hashable, Sendable {
    /// The first event's time.
    public var start = Timestamp(milliseconds: 0)
    /// The width of a bin, milliseconds; 0 without events.
    public var binMs: Int64 = 0
    /// For each bin the most calls that were up at once.
    public var callsUp: [Int] = []
    /// For each bin the calls that ended in it, by outcome.
    public var ended: [[CallOutcome: Int]] = []
    /// For each bin the calls answered by a person that ended abandoned in it.
    public var abandoned: [Int] = []

    var bins: Int { max(callsUp.count, ended.count) }
    /// The span of all bins, in seconds.
    var seconds: Double { Double(bins) * Double(binMs) / 1000 }
}
