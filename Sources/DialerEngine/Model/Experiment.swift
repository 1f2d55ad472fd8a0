/// What one replication simulates: the contact centre, how it dials, for how long, and by which rules it is judged.
public struct Experiment: Hashable, Sendable {
    /// What ends the dialling.
    public enum Length: Hashable, Sendable {
        /// So many calls.
        case calls(Int)
        /// Days of one shift each, of so many seconds; a day starts empty.
        case shifts(seconds: Double, days: Int)
    }

    /// How the course of a replication is cut into ``Measures``.
    public enum Sampling: Hashable, Sendable {
        /// Not at all.
        case none
        /// Into this number of batches of equal calls or equal time, for intervals from one replication.
        case batches(Int)
        /// Every so many seconds, for the detection of a warm-up.
        case every(seconds: Double)
    }

    /// The contact centre.
    public var center: ContactCenter
    /// How it dials.
    public var pacing: Pacing
    /// What ends the dialling.
    public var length: Length
    /// The time in seconds at the start of each day whose calls do not count in the metrics.
    public var warmUp = 0.0
    /// The rules by which abandonment is judged, side by side.
    public var compliance = [ComplianceProfile.usTSR]
    /// The seed of all random numbers.
    public var seed: UInt32
    /// How the course of a replication is cut up.
    public var sampling = Sampling.none

    /// Creates an experiment.
    public init(_ center: ContactCenter, pacing: Pacing, length: Length, seed: UInt32) {
        self.center = center
        self.pacing = pacing
        self.length = length
        self.seed = seed
    }

    /// The time in seconds from the start of one day to that of the next: 86,400, or more whole days for a long shift.
    public var dayLength: Double {
        guard case .shifts(let seconds, _) = length else { return 86_400 }
        return 86_400 * max(1, (seconds / 86_400).rounded(.up))
    }

    /// The number of days.
    public var days: Int {
        guard case .shifts(_, let days) = length else { return 1 }
        return days
    }
}
