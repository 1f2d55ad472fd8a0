import DialerEngine
package import ExactJSON
import RunReport
import Statistics

/// What became of the contacts of a list, over all replications.
package struct ListFinding: Hashable, Sendable {
    package let contacts: Int
    /// Contacts of whom a person was connected with an agent: the mean over replications.
    package let reached: Double
    /// Contacts that are not tried again, reached ones included: the mean over replications.
    package let done: Double
    /// Attempts for each contact that was attempted.
    package let attemptsPerContact: Estimate
    package let reachedShare: Estimate
    /// The mean moment at which nothing could become due any more, in virtual seconds; nil unless every replication had one.
    package let exhaustedAt: Double?
    /// The hours on duty of all agents after dialling ended: the mean over replications.
    package let idleAfter: Estimate

    /// - Parameter counts: What each replication showed; not empty.
    init(_ counts: [ListCount]) {
        func mean(_ value: (ListCount) -> Double) -> Double { counts.map(value).reduce(0, +) / Double(counts.count) }
        contacts = counts.first?.contacts ?? 0
        reached = mean { Double($0.reached) }
        done = mean { Double($0.done) }
        attemptsPerContact = Estimate(
            RatioEstimate(
                counts.map { RatioObservation(numerator: Double($0.attempts), denominator: Double($0.attempted)) }
            ),
            within: 0...Double.infinity
        )
        reachedShare = Estimate(
            RatioEstimate(
                counts.map { RatioObservation(numerator: Double($0.reached), denominator: Double($0.contacts)) }
            ),
            within: 0...1
        )
        let ends = counts.compactMap(\.exhaustedAt)
        exhaustedAt = ends.count == counts.count ? ends.reduce(0, +) / Double(ends.count) : nil
        idleAfter = Estimate(MeanEstimate(counts.map { $0.idleAfterSeconds / 3600 }), within: 0...Double.infinity)
    }

    package var open: Double { Double(contacts) - done }

    package var json: JSONValue {
        [
            "contacts": .integer(contacts), "reached": .double(reached), "done": .double(done), "open": .double(open),
            "attemptsPerContact": attemptsPerContact.json, "reachedShare": reachedShare.json,
            "exhaustedAt": .optional(exhaustedAt), "idleAfter": .optional(idleAfter.mean),
        ]
    }
}
