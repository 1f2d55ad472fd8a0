/// What one replication simulates: the contact centre, how it dials, for how long, and by which rules it is judged.
public struct Experiment: Hashable, Sendable {
    /// The longest shift, in seconds: 30 days.
    public static let longestShift = 30 * 86_400.0
    /// The numbers of days that a run may have: up to a century.
    public static let dayBounds = 1...36_525

    /// What ends the dialling.
    public enum Length: Hashable, Sendable {
        /// After this number of calls.
        case calls(Int)
        /// After this number of days with one shift each, its length in seconds; each day starts empty.
        case shifts(seconds: Double, days: Int)
    }

    /// How the course of a replication is cut into ``Measures``.
    public enum Sampling: Hashable, Sendable {
        /// Not at all.
        case none
        /// Into this number of batches of equal calls or equal time, for intervals from one replication.
        case batches(Int)
        /// Every few seconds, for the detection of a warm-up.
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

extension Experiment {
    /// Throws the first thing that makes no sense.
    ///
    /// Limits are far beyond any contact centre: they keep times and counts within the numbers that hold them.
    public func validate() throws(SimulationError) {
        try center.validate()
        try SimulationError.require(warmUp >= 0 && warmUp < .infinity, "a warm-up is not negative")
        switch length {
        case .calls(let count): try SimulationError.require(count >= 1, "a run has at least one call")
        case .shifts(let seconds, let days):
            try SimulationError.require(seconds > 0 && seconds < .infinity, "a shift has a length")
            try SimulationError.require(seconds <= Self.longestShift, "a shift lasts at most 30 days")
            try SimulationError.require(Self.dayBounds.contains(days), "a run has between 1 and 36,525 days")
            try SimulationError.require(warmUp < seconds, "the warm-up is shorter than the shift")
        }
        switch sampling {
        case .none: break
        case .batches(let count):
            try SimulationError.require((1...1_000_000).contains(count), "there are 1 to 1,000,000 batches")
        case .every(let seconds):
            try SimulationError.require(
                seconds >= 0.001 && seconds < .infinity,
                "samples are at least a millisecond apart"
            )
        }
        try pacing.validate(for: center)
        for profile in compliance { try profile.validate() }
    }
}
