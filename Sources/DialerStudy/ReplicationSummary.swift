package import DialerEngine

/// What a study keeps of a replication: all but its histogram of waiting times.
package struct ReplicationSummary: Hashable, Sendable {
    package let measures: Measures
    /// The time that 95 % of the answered calls wait at most, in seconds; NaN without any.
    package let waitP95: Double
    package let compliance: [ComplianceCount]
    package let samples: [Measures]
    /// The live and abandoned calls of each batch under each rule.
    package let complianceSamples: [[ComplianceCount.WindowCount]]
    /// What each gauge showed, in the order of the experiment.
    package let gauges: [ComplianceCount]
    package let idleCauses: IdleCauses
    /// The intervals of a day; empty unless the plan asks for them.
    package let course: [DayInterval]
    /// What became of the contacts; nil without a list.
    package let list: ListCount?
    /// Calls dialled, those of the warm-up included.
    package let attempted: Int
    package let events: Int

    package init(_ result: ReplicationResult) {
        measures = result.measures
        waitP95 = result.waits.quantile(0.95)
        compliance = result.compliance
        samples = result.samples
        complianceSamples = result.complianceSamples
        gauges = result.gauges
        idleCauses = result.idleCauses
        course = result.course
        list = result.list
        attempted = result.allCalls.attempted
        events = result.events
    }
}
