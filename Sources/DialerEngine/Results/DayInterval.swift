/// What happened in one interval of the day, summed over the days of a replication; the warm-up included.
public struct DayInterval: Hashable, Sendable {
    /// The time of all agents on duty, in seconds.
    public var dutySeconds = 0.0
    /// Talk and wrap-up of all agents, in seconds.
    public var busySeconds = 0.0
    /// The calls that rang, waited or talked, as an integral over time in seconds.
    public var lineSeconds = 0.0
    /// Calls dialled.
    public var attempted = 0
    /// Calls answered by a person.
    public var answered = 0
    /// Persons who answered and were not served: abandoned calls and false positives.
    public var abandoned = 0
    /// Open contacts of the list at the end of the interval; 0 without a list.
    public var contactsLeft = 0
    /// The days that are summed.
    public var days = 0

    /// Creates an interval in which nothing happened.
    public init() {}
}

/// The course of the days of a replication in equal intervals, the last of which is the time after the shift.
struct DayCourseRecorder {
    /// The length of an interval in seconds.
    let interval: Double
    private(set) var rows: [DayInterval]
    private var row = 0
    private var before = DayInterval()

    /// - Parameter shift: The length of the shift in seconds.
    init(every interval: Double, shift: Double) {
        self.interval = interval
        rows = Array(repeating: DayInterval(), count: Int((shift / interval).rounded(.up)) + 1)
    }

    /// When the interval ends, in seconds since the start of a shift of this length; nil for the time after it.
    func end(inShiftOf shift: Double) -> Double? {
        guard row + 1 < rows.count else { return nil }
        // Not a sum of intervals: its roundings might leave a little of the shift for one more.
        return row + 2 == rows.count ? shift : Double(row + 1) * interval
    }

    mutating func startDay(_ totals: DayInterval) {
        row = 0
        before = totals
    }

    /// Ends an interval; `totals` are those of the replication until now.
    mutating func endInterval(_ totals: DayInterval) {
        guard row < rows.count else { return }
        rows[row].dutySeconds += totals.dutySeconds - before.dutySeconds
        rows[row].busySeconds += totals.busySeconds - before.busySeconds
        rows[row].lineSeconds += totals.lineSeconds - before.lineSeconds
        rows[row].attempted += totals.attempted - before.attempted
        rows[row].answered += totals.answered - before.answered
        rows[row].abandoned += totals.abandoned - before.abandoned
        rows[row].contactsLeft += totals.contactsLeft
        rows[row].days += 1
        before = totals
        row += 1
    }
}
