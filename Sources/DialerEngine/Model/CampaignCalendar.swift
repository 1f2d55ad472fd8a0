/// How the days of a campaign lie in the calendar, by the clock of the contact centre.
///
/// Virtual time 0 is the start of the first shift. Daylight saving is not modelled: each day has 86,400 seconds.
public struct CampaignCalendar: Hashable, Sendable {
    /// When a shift starts of which nothing is said: 09:00, in seconds after midnight.
    public static let usualStartOfShift = 9 * 3600.0

    /// The clock time at which each shift starts, in seconds after midnight; nil if a calendar day is a day of the run.
    public var startOfShift: Double?
    /// The date of the first shift; nil if the campaign has no dates, and begins on a Monday.
    public var date: CalendarDate?
    /// The days on which there is a shift.
    public var weekdays = Set(Weekday.allCases)

    /// Creates a calendar in which a calendar day is a day of the run, and every day has a shift.
    public init() {}

    /// Whether there is a shift on a day, counted from that of the first shift.
    public func isWorkday(_ day: Int) -> Bool { weekdays.contains(weekday(of: day)) }

    /// Returns the day of the week of a day, counted from that of the first shift.
    public func weekday(of day: Int) -> Weekday {
        let first = date?.weekday ?? .monday
        let index = (first.index + day) % 7
        return Weekday.allCases[index < 0 ? index + 7 : index]
    }

    /// The virtual time of the midnight before the first shift, not positive.
    var firstMidnight: Double { -(startOfShift ?? 0) }

    /// Returns the day in which a moment of virtual time lies, counted from that of the first shift.
    public func day(at time: Double) -> Int { Int(((time - firstMidnight) / 86_400).rounded(.down)) }

    /// Returns the virtual time at which a day begins.
    func start(ofDay day: Int) -> Double { firstMidnight + 86_400 * Double(day) }
}

/// A day of the week.
public enum Weekday: String, Hashable, Sendable, CaseIterable {
    case monday = "mon"
    case tuesday = "tue"
    case wednesday = "wed"
    case thursday = "thu"
    case friday = "fri"
    case saturday = "sat"
    case sunday = "sun"

    /// The number of days since Monday.
    var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A date of the Gregorian calendar.
public struct CalendarDate: Hashable, Sendable, CustomStringConvertible {
    /// The days since 1970-01-01.
    public let daysSince1970: Int
    /// The year.
    public let year: Int
    /// The month, from 1.
    public let month: Int
    /// The day of the month, from 1.
    public let day: Int

    /// Returns the date `days` after 1970-01-01.
    ///
    /// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013), civil_from_days.
    public init(daysSince1970 days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // Months from March, so that a leap day comes last.
        let march = (5 * dayOfYear + 2) / 153
        daysSince1970 = days
        month = march < 10 ? march + 3 : march - 9
        day = dayOfYear - (153 * march + 2) / 5 + 1
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Creates the date `year-month-day`; nil if the calendar has no such day, or the year is outside 1…9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        let (years, march) = (month > 2 ? year : year - 1, month > 2 ? month - 3 : month + 9)
        let (era, yearOfEra) = (years / 400, years % 400)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + (153 * march + 2) / 5 + day - 1
        self.init(daysSince1970: era * 146_097 + dayOfEra - 719_468)
        guard self.month == month, self.day == day else { return nil }
    }

    /// Reads a date such as `2026-03-02`; nil if the text has another form, or the calendar has no such day.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.joined().utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        guard let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]) else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The day of the week.
    public var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        let index = (daysSince1970 + 3) % 7
        return Weekday.allCases[index < 0 ? index + 7 : index]
    }

    /// The first day of the next month.
    public var startOfNextMonth: CalendarDate {
        let days = daysSince1970 - day + 1
        // No month is longer than 31 days, and no two months are shorter than 59.
        let next = CalendarDate(daysSince1970: days + 31)
        return CalendarDate(daysSince1970: next.daysSince1970 - next.day + 1)
    }

    /// The date as `2026-03-02`.
    public var description: String {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}
