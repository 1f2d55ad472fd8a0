/// What one replication of an experiment showed; a value that depends on the experiment and the replication alone.
package struct ReplicationResult: Hashable, Sendable {
    /// The replication, from 0.
    package let replication: UInt32
    /// What the metrics are computed from: everything but the warm-up.
    package internal(set) var measures = Measures()
    /// All calls, those of the warm-up included.
    package internal(set) var allCalls = CallTotals()
    /// Waiting times of the persons in ``measures``.
    package internal(set) var waits = WaitHistogram()
    /// What each profile of the experiment saw, in their order; the warm-up included.
    package internal(set) var compliance: [ComplianceCount] = []
    /// The course in pieces, as the experiment's sampling asks; they add up to ``measures``.
    package internal(set) var samples: [Measures] = []
    /// The largest number of calls that rang, waited or talked at a time.
    package internal(set) var peakCalls = 0
    /// The agents' busy time of the whole replication as an integral over time, in seconds.
    package internal(set) var busyIntegral = 0.0
    /// The calls at a time as an integral over the whole replication, in seconds.
    package internal(set) var lineIntegral = 0.0
    /// The events that were processed.
    package internal(set) var events = 0
    /// The virtual time at which the last call had ended, in seconds.
    package internal(set) var endTime = 0.0

    init(replication: UInt32) { self.replication = replication }
}
