internal import DialerEngine
internal import Statistics

/// A ratio of totals that a replication shows, such as abandoned calls to answered calls.
struct Quantity: Sendable {
    /// The name.
    var name: String
    /// The part of one replication in the numerator.
    var numerator: @Sendable (ReplicationResult) -> Double
    /// The part of one replication in the denominator.
    var denominator: @Sendable (ReplicationResult) -> Double

    /// Estimates the ratio from replications; calls of one replication need not be independent.
    func estimate(_ results: [ReplicationResult]) -> RatioEstimate {
        RatioEstimate(results.map { RatioObservation(numerator: numerator($0), denominator: denominator($0)) })
    }
}

extension Quantity {
    /// Abandoned calls and false positives per answered call.
    static let abandonment = Quantity(name: "abandoned share") {
        Double($0.measures.calls.abandoned + $0.measures.calls.falsePositives)
    } denominator: {
        Double($0.measures.calls.answered)
    }

    /// The busy share of the agents' time.
    static let occupancy = Quantity(name: "occupancy") {
        $0.measures.busySeconds
    } denominator: {
        $0.measures.agentSeconds
    }

    /// The mean seconds from answer to connection or abandonment.
    static let wait = Quantity(name: "mean wait, s") {
        $0.measures.calls.waitSeconds
    } denominator: {
        Double($0.measures.calls.answered)
    }

    /// The share of answered calls that do not find a free agent.
    static let waiting = Quantity(name: "P(W > 0)") {
        (1 - $0.waits.share(upTo: 0)) * Double($0.waits.count)
    } denominator: {
        Double($0.waits.count)
    }

    /// Persons connected per agent and hour.
    static let connects = Quantity(name: "connects per agent and hour") {
        3600 * Double($0.measures.connects)
    } denominator: {
        $0.measures.agentSeconds
    }

    /// Calls dialled per agent and hour.
    static let dials = Quantity(name: "dials per agent and hour") {
        3600 * Double($0.measures.dials)
    } denominator: {
        $0.measures.agentSeconds
    }

    /// Calls of an open loop that found no trunk.
    static let blocked = Quantity(name: "blocked share") {
        Double($0.measures.calls.blocked)
    } denominator: {
        Double($0.measures.calls.blocked + $0.measures.calls.attempted)
    }

    /// The share of answered calls that wait longer than a time; from the histogram, whose bins are 0.8 % wide.
    static func waiting(longerThan seconds: Double) -> Quantity {
        Quantity(name: "P(W > \(digits(seconds)) s)") {
            (1 - $0.waits.share(upTo: seconds)) * Double($0.waits.count)
        } denominator: {
            Double($0.waits.count)
        }
    }

    /// The abandoned share as a rule counts it, the first of the experiment.
    static func abandonment(under profile: ComplianceProfile) -> Quantity {
        Quantity(name: "abandoned under \(profile.name)") {
            Double($0.compliance.first { $0.profile == profile }?.abandoned ?? 0)
        } denominator: {
            Double($0.compliance.first { $0.profile == profile }?.calls ?? 0)
        }
    }

    /// Attempts for each contact that was tried.
    static let attemptsPerContact = Quantity(name: "attempts per contact") {
        Double($0.list?.attempts ?? 0)
    } denominator: {
        Double($0.list?.attempted ?? 0)
    }

    /// The share of all contacts of whom a person was connected.
    static let reachedShare = Quantity(name: "reached share") {
        Double($0.list?.reached ?? 0)
    } denominator: {
        Double($0.list?.contacts ?? 0)
    }

    /// The abandoned share in an interval of the day.
    static func abandonment(in interval: Int, _ name: String) -> Quantity {
        Quantity(name: "abandoned share, \(name)") {
            Double($0.course[interval].abandoned)
        } denominator: {
            Double($0.course[interval].answered)
        }
    }

    /// The busy share of the agents' time in an interval of the day.
    static func occupancy(in interval: Int, _ name: String) -> Quantity {
        Quantity(name: "occupancy, \(name)") {
            $0.course[interval].busySeconds
        } denominator: {
            $0.course[interval].dutySeconds
        }
    }
}
