import DialerEngine

/// The course of a window: what agents and callers did in intervals of each day's shift.
struct WindowCourse: Sendable {
    /// One interval of a day's shift.
    struct Bin: Hashable, Sendable {
        var dutySeconds = 0.0
        var talkSeconds = 0.0
        /// The most callers that waited at once.
        var mostWaiting = 0
    }

    /// The length of an interval in seconds.
    let interval: Double
    let shift: Double
    let clock: WindowClock
    private let binsOfDay: Int
    private var bins: [Bin]
    private var last = 0.0
    /// When each abandonment was, in virtual seconds since the start of the window.
    var abandonments: [Double] = []

    /// The lengths that an interval may have, of which the shortest with at most 120 intervals of a shift is taken.
    private static let intervals = [60.0, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400]

    init(_ experiment: Experiment) {
        shift = experiment.shift ?? 0
        clock = WindowClock(experiment)
        let shift = shift
        interval = Self.intervals.first { shift / $0 <= 120 } ?? 86_400
        binsOfDay = max(1, Int((shift / interval).rounded(.up)))
        bins = Array(repeating: Bin(), count: binsOfDay * max(1, experiment.days))
    }

    /// Adds the time until an event, in which the state was this one.
    mutating func advance(to time: Double, _ state: WindowTrace.State) {
        var from = last
        last = max(last, time)
        while from < time {
            let day = Int(from / clock.dayLength)
            let start = Double(day) * clock.dayLength
            let within = from - start
            guard within < shift else {
                from = max(start + clock.dayLength, from.nextUp)
                continue
            }
            let bin = min(binsOfDay - 1, Int(within / interval))
            let end = min(time, start + min(shift, Double(bin + 1) * interval))
            let index = day * binsOfDay + bin
            guard bins.indices.contains(index) else { return }
            bins[index].dutySeconds += Double(state.onDuty) * (end - from)
            bins[index].talkSeconds += Double(state.talking) * (end - from)
            bins[index].mostWaiting = max(bins[index].mostWaiting, state.waiting)
            from = max(end, from.nextUp)
        }
    }

    /// The intervals of a day.
    func bins(of day: Int) -> ArraySlice<Bin> { bins[(day * binsOfDay)..<((day + 1) * binsOfDay)] }

    /// The length of an interval of a day, the last of which may be shorter.
    func length(of bin: Int) -> Double { min(interval, shift - Double(bin) * interval) }
}

/// The clock of a window.
struct WindowClock: Hashable, Sendable {
    let start: Double
    let dayLength: Double
    let days: Int
    let date: CalendarDate?

    init(_ experiment: Experiment) {
        start = experiment.calendar.startOfShift ?? CampaignCalendar.usualStartOfShift
        (dayLength, days, date) = (experiment.dayLength, experiment.days, experiment.calendar.date)
    }

    func day(of time: Double) -> Int { Int((time / dayLength).rounded(.down)) }

    /// The day as people call it: `day 3`, or its date.
    func title(ofDay day: Int) -> String {
        date.map { "\(CalendarDate(daysSince1970: $0.daysSince1970 + day))" } ?? "day \(day + 1)"
    }

    /// The time of day, such as `10:42:07`.
    func timeOfDay(_ time: Double) -> String {
        let seconds = Int(start + time - Double(day(of: time)) * dayLength)
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(padded(seconds / 3600 % 24)):\(padded(seconds / 60 % 60)):\(padded(seconds % 60))"
    }

    /// A moment, with its day if the window has several: `day 3, 10:42:07`.
    func text(_ time: Double) -> String {
        days > 1 ? "\(title(ofDay: day(of: time))), \(timeOfDay(time))" : timeOfDay(time)
    }
}
