import DialerEngine
import Statistics

/// A ratio of totals that a study estimates.
package enum StudyMetric: String, CaseIterable, Hashable, Sendable {
    /// Abandoned calls and persons dropped as machines, as a share of calls answered by a person.
    case abandonmentRate
    /// Talk and wrap-up as a share of the agents' time.
    case occupancy
    /// Persons connected per agent and hour.
    case connectsPerAgentHour
    /// Calls dialled per agent and hour.
    case dialsPerAgentHour
    /// The mean seconds from a person's answer to connection, abandonment or drop; zeros included.
    case waitSeconds
    /// The mean length of a completed idle period of an agent, in seconds.
    case idleSeconds
    /// Minutes of talk per agent and hour.
    case talkMinutesPerAgentHour

    /// What a replication, or a batch of one, contributes to the ratio.
    func observation(_ measures: Measures) -> RatioObservation {
        let calls = measures.calls
        let (numerator, denominator): (Double, Double) =
            switch self {
            case .abandonmentRate: (Double(calls.abandoned + calls.falsePositives), Double(calls.answered))
            case .occupancy: (measures.busySeconds, measures.agentSeconds)
            case .connectsPerAgentHour: (3600 * Double(measures.connects), measures.agentSeconds)
            case .dialsPerAgentHour: (3600 * Double(measures.dials), measures.agentSeconds)
            case .waitSeconds: (calls.waitSeconds, Double(calls.answered))
            case .idleSeconds: (measures.idleSeconds, Double(measures.idlePeriods))
            case .talkMinutesPerAgentHour: (60 * measures.talkSeconds, measures.agentSeconds)
            }
        return RatioObservation(numerator: numerator, denominator: denominator)
    }

    var range: ClosedRange<Double> {
        switch self {
        case .abandonmentRate, .occupancy: 0...1
        case .talkMinutesPerAgentHour: 0...60
        default: 0...Double.infinity
        }
    }

    func estimate(_ pieces: [Measures]) -> Estimate {
        Estimate(RatioEstimate(pieces.map { observation($0) }), within: range)
    }
}
