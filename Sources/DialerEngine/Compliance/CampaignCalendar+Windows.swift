/// A span of a campaign in which abandonment is judged.
struct CalendarWindow: Equatable {
    /// Its place among the windows of the campaign, from 0.
    var index: Int
    /// Its first moment, in virtual seconds; not later than 0 for the first window.
    var start: Double
    /// The first moment after it.
    var end: Double
}

extension CampaignCalendar {
    /// Returns the window in which a moment of virtual time lies; a rolling one is the whole campaign.
    ///
    /// Days and the blocks of days begin at midnight. Months are those of the calendar if the campaign has a date, and
    /// otherwise 30 days each.
    func window(_ kind: ComplianceProfile.Window, at time: Double) -> CalendarWindow {
        let day = day(at: time)
        switch kind {
        case .calendarDay: return span(of: 1, at: day)
        case .campaign30DayBlocks: return span(of: 30, at: day)
        case .calendarMonth:
            guard let date else { return span(of: 30, at: day) }
            let today = CalendarDate(daysSince1970: date.daysSince1970 + day)
            let first = today.daysSince1970 - today.day + 1 - date.daysSince1970
            let next = today.startOfNextMonth.daysSince1970 - date.daysSince1970
            let index = 12 * (today.year - date.year) + today.month - date.month
            return CalendarWindow(index: index, start: start(ofDay: first), end: start(ofDay: next))
        case .rollingHours: return CalendarWindow(index: 0, start: firstMidnight, end: .infinity)
        }
    }

    /// Whether a span of virtual time lies within one window of a rule.
    public func holdsInOneWindow(_ kind: ComplianceProfile.Window, from start: Double, to end: Double) -> Bool {
        kind.isRolling ? end - start <= kind.seconds : window(kind, at: start).end > end
    }

    private func span(of days: Int, at day: Int) -> CalendarWindow {
        let index = day / days
        return CalendarWindow(index: index, start: start(ofDay: index * days), end: start(ofDay: (index + 1) * days))
    }
}
