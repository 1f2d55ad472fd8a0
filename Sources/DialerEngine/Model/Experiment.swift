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
    /// What changes during a shift, in order of time.
    public var schedule: [ScheduleEntry] = []
    /// Who is called; without a list contacts never run out, and nobody is called twice.
    public var list: ContactList?
    /// How it dials.
    public var pacing: Pacing
    /// What ends the dialling.
    public var length: Length
    /// A limit on the calls of a run of shifts; nil without.
    public var callLimit: Int?
    /// How the days lie in the calendar.
    public var calendar = CampaignCalendar()
    /// The time in seconds at the start of each day whose calls do not count in the metrics.
    public var warmUp = 0.0
    /// The rules by which abandonment is judged, side by side.
    public var compliance = [ComplianceProfile.usTSR]
    /// The figures that dialers show beside those of the law.
    public var gauges: [Gauge] = []
    /// The seed of all random numbers.
    public var seed: UInt32
    /// What is changed to see what it costs; nil for the contact centre as it is.
    public var counterfactual: Counterfactual?
    /// How the course of a replication is cut up.
    public var sampling = Sampling.none

    /// The length in seconds of the intervals in which the course of a day is recorded; nil without.
    public var courseInterval: Double?

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

    /// The length of a shift in seconds; nil if a number of calls ends the dialling.
    public var shift: Double? {
        guard case .shifts(let seconds, _) = length else { return nil }
        return seconds
    }

    /// The most calls of a replication; nil without a limit.
    public var maxCalls: Int? {
        guard case .calls(let count) = length else { return callLimit }
        return min(count, callLimit ?? .max)
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
        if let courseInterval {
            try SimulationError.require(shift != nil, "the course of a day needs a shift")
            try SimulationError.require(courseInterval >= 60, "the intervals of a day last at least a minute")
        }
        try validateChanges()
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
        for profile in compliance {
            try profile.validate()
            let hasContacts = profile.attemptLimit == nil || list != nil
            try SimulationError.require(hasContacts, "\(profile.name) judges contacts, so it needs a list")
        }
    }
}

extension Experiment {
    /// Checks roster, schedule, list and calendar against each other.
    private func validateChanges() throws(SimulationError) {
        if let roster = center.roster {
            guard let shift else { throw SimulationError(.invalid, "a roster needs a shift") }
            try roster.validate(shift: shift)
        }
        try SimulationError.require(schedule.count <= ScheduleEntry.mostEntries, "a schedule has at most 1,000 entries")
        var last = -1.0
        for entry in schedule {
            try entry.center.validate()
            try SimulationError.require(entry.from >= 0 && entry.from > last, "schedule entries are in order of time")
            try SimulationError.require(entry.from < shift ?? .infinity, "a schedule entry lies within the shift")
            let isSameTeam = entry.center.agents == center.agents && entry.center.roster == center.roster
            try SimulationError.require(isSameTeam, "a schedule does not change the agents")
            last = entry.from
        }
        if let list {
            try list.validate()
            try SimulationError.require(shift != nil, "a list needs a shift")
        }
        let worksSometimes = (0..<days).contains { calendar.isWorkday($0) }
        try SimulationError.require(worksSometimes, "no day of the run has a shift")
        let start = calendar.startOfShift ?? 0
        try SimulationError.require(start >= 0 && start < 86_400, "a shift starts between 00:00 and 24:00")
    }
}
