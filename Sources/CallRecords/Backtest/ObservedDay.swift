package import DialerEngine
import Statistics

/// A day of the records as a back-test needs it.
package struct ObservedDay: Hashable, Sendable {
    package var date: CalendarDate
    /// Whether the records begin or end inside the day, so that it is listed and not judged.
    package var isPartial: Bool
    /// What the records say; what they cannot say is missing.
    package var values: [DayQuantity: Double]

    package init(date: CalendarDate, isPartial: Bool = false, values: [DayQuantity: Double]) {
        (self.date, self.isPartial, self.values) = (date, isPartial, values)
    }
}

extension ObservedDay {
    /// - Parameter hasTalk: Whether the records say how long conversations were.
    package init(_ day: RecordedDay, hasTalk: Bool) {
        self.init(date: day.date, isPartial: day.partial, values: [:])
        values[.attempts] = Double(day.attempts)
        values[.answered] = Double(day.answered)
        if day.answered > 0 { values[.abandonmentRate] = Double(day.abandoned) / Double(day.answered) }
        if let duty = day.dutySeconds, let busy = day.busySeconds, duty > 0 { values[.occupancy] = busy / duty }
        if hasTalk { values[.talkHours] = day.talkSeconds / 3600 }
    }
}

extension CallSummary {
    /// The days as a back-test needs them.
    package var observedDays: [ObservedDay] {
        let hasTalk = times[.talk].map { !$0.isEmpty } ?? false
        return days.map { ObservedDay($0, hasTalk: hasTalk) }
    }
}
