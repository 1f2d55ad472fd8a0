/// What one replication of an experiment showed; a value that depends on the experiment and the replication alone.
public struct ReplicationResult: Hashable, Sendable {
    /// The replication, from 0.
    public let replication: UInt32
    /// What the metrics are computed from: everything but the warm-up.
    public internal(set) var measures = Measures()
    /// All calls, those of the warm-up included.
    public internal(set) var allCalls = CallTotals()
    /// Waiting times of the persons in ``measures``.
    public internal(set) var waits = WaitHistogram()
    /// What each profile of the experiment saw, in their order; the warm-up included.
    public internal(set) var compliance: [ComplianceCount] = []
    /// What each gauge of the experiment showed, in their order; the warm-up included.
    public internal(set) var gauges: [ComplianceCount] = []
    /// The course in pieces, as the experiment's sampling asks; they add up to ``measures``.
    public internal(set) var samples: [Measures] = []
    /// The live and abandoned calls of each piece under each profile of the experiment, in their order; the warm-up
    /// included.
    public internal(set) var complianceSamples: [[ComplianceCount.WindowCount]] = []
    /// What kept agents idle.
    public internal(set) var idleCauses = IdleCauses()
    /// The course of a day, summed over the days; empty unless the experiment asks for it.
    public internal(set) var course: [DayInterval] = []
    /// What became of the contacts; nil without a list.
    public internal(set) var list: ListCount?
    /// The largest number of calls that rang, waited or talked at a time; nil unless trunks can limit it.
    public internal(set) var peakCalls: Int?
    /// The agents' busy time of the whole replication as an integral over time, in seconds.
    public internal(set) var busyIntegral = 0.0
    /// The calls at a time as an integral over the whole replication, in seconds.
    public internal(set) var lineIntegral = 0.0
    /// The events that were processed.
    public internal(set) var events = 0
    /// The virtual time at which the last call had ended, in seconds.
    public internal(set) var endTime = 0.0

    init(replication: UInt32) { self.replication = replication }
}
