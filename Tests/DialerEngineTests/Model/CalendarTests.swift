import DialerEngine
import DiscreteEvents
import Testing

@Suite("Calendar", .timeLimit(.minutes(5)))
struct CalendarTests {
    /// Dates and days of the week, also across leap days and centuries.
    @Test(arguments: [
        ("1970-01-01", 0, Weekday.thursday), ("2026-03-02", 20_514, .monday), ("2000-02-29", 11_016, .tuesday),
        ("1900-03-01", -25_508, .thursday), ("2026-11-29", 20_786, .sunday),
    ])
    func dates(text: String, days: Int, weekday: Weekday) throws {
        let date = try #require(CalendarDate(text))
        #expect(date.daysSince1970 == days && date.weekday == weekday && date.description == text)
        #expect(CalendarDate(daysSince1970: days) == date)
    }

    @Test(arguments: [
        "2026-02-29", "2026-13-01", "2026-00-10", "2026-3-2", "26-03-02", "2026-03-32", "heute", "2026/03/02",
    ])
    func noDates(text: String) { #expect(CalendarDate(text) == nil) }

    @Test func monthsFollowEachOther() throws {
        var date = try #require(CalendarDate("2023-12-15"))
        var starts: [String] = []
        for _ in 0..<4 {
            date = date.startOfNextMonth
            starts.append(date.description)
        }
        #expect(starts == ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"])
    }

    /// Full 8-hour shifts on the days of the week that have one.
    @Test func shiftsFallOnWeekdays() throws {
        var experiment = Experiment(
            ModelTests.center(agents: 1, ringing: 600, talk: 600, patience: 2),
            pacing: .progressive,
            length: .shifts(seconds: 28_800, days: 30),
            seed: 1
        )
        experiment.calendar.date = CalendarDate("2026-03-02")
        experiment.calendar.weekdays = [.monday, .tuesday, .wednesday, .thursday, .friday]
        let days = Set(try ModelTests.times(.dialled, experiment).map { Int($0 / 86_400) })
        #expect(days.count == 22 && days.contains(0) && !days.contains(5) && !days.contains(6) && days.contains(29))
        let compliance = try Replication.run(experiment).compliance
        #expect(compliance[0].judgedWindows == 1)
        experiment.calendar.weekdays = []
        #expect(throws: SimulationError.self) { try Replication.run(experiment) }
    }

    /// Where the shift has a clock, days change at midnight: two night shifts from 2 March touch three days.
    @Test func daysChangeAtMidnight() throws {
        var experiment = Experiment(
            ModelTests.center(agents: 1, ringing: 600, talk: 600, patience: 2),
            pacing: .progressive,
            length: .shifts(seconds: 28_800, days: 2),
            seed: 1
        )
        experiment.compliance = [ComplianceTests.profile(.answer, .calendarDay)]
        #expect(try Replication.run(experiment).compliance[0].judgedWindows == 2)
        experiment.calendar.startOfShift = 22 * 3600
        let counts = try Replication.run(experiment).compliance[0]
        // Answers come every 20 minutes from 22:10: six before midnight and nineteen after it.
        #expect(counts.judgedWindows == 3 && counts.windows.map(\.calls) == [6, 25, 19])
    }

    /// Months are those of the calendar if the campaign has a date.
    @Test func monthsAreTrue() throws {
        var experiment = Experiment(
            ModelTests.center(agents: 1, ringing: 600, talk: 600, patience: 2),
            pacing: .progressive,
            length: .shifts(seconds: 1200, days: 75),
            seed: 1
        )
        experiment.compliance = [ComplianceTests.profile(.answer, .calendarMonth)]
        // Two calls a day, the second dialled as the shift ends.
        #expect(try Replication.run(experiment).compliance[0].windows.map(\.calls) == [60, 60, 30])
        experiment.calendar.date = CalendarDate("2026-01-20")
        #expect(try Replication.run(experiment).compliance[0].windows.map(\.calls) == [24, 56, 62, 8])
    }
}
