/// What one replication simulates: the contact centre, how it dials, for how long, and by which rules it is judged.
package struct Experiment: Hashable, Sendable {
    /// What ends the dialling.
    package enum Length: Hashable, Sendable {
        /// So many calls.
        case calls(Int)
        /// Days of one shift each, of so many seconds; a day starts empty.
        case shifts(seconds: Double, days: Int)
    }

    /// How the course of a replication is cut into ``Measures``.
    package enum Sampling: Hashable, Sendable {
        /// Not at all.
        case none
        /// Into this number of batches of equal calls or equal time, for intervals from one replication.
        case batches(Int)
        /// Every so many seconds, for the detection of a warm-up.
        case every(seconds: Double)
    }

    /// The contact centre.
    package var center: ContactCenter
    /// How it dials.
    package var pacing: Pacing
    /// What ends the dialling.
    package var length: Length
    /// The time in seconds at the start of each day whose calls do not count in the metrics.
    package var warmUp = 0.0
    /// The rules by which abandonment is judged, side by side.
    package var compliance = [ComplianceProfile.usTSR]
    /// The seed of all random numbers.
    package var seed: UInt32
    /// How the course of a replication is cut up.
    package var sampling = Sampling.none

    /// Creates an experiment.
    package init(_ center: ContactCenter, pacing: Pacing, length: Length, seed: UInt32) {
        self.center = center
        self.pacing = pacing
        self.length = length
        self.seed = seed
    }

    /// The time in seconds from the start of one day to that of the next: 86,400, or more whole days for a long shift.
    package var dayLength: Double {
        guard case .shifts(let seconds, _) = length else { return 86_400 }
        return 86_400 * max(1, (seconds / 86_400).rounded(.up))
    }

    /// The number of days.
    package var days: Int {
        guard case .shifts(_, let days) = length else { return 1 }
        return days
    }
}
