import DialerEngine
import ExactJSON
import Foundation
import Testing

@testable import CallRecords

/// Times as files write them, by the clock of a zone.
@Suite(.timeLimit(.minutes(15)))
struct ClockTests {
    private func read(_ text: String, _ zone: String = "UTC", _ format: String? = nil) throws -> CellTime {
        var reader = TimeReader(try #require(ClockZone(zone)), format.flatMap { TimeFormat($0) })
        var copy = text
        return copy.withUTF8 { reader.read($0) }
    }

    private func instant(_ text: String) throws -> CellTime {
        .instant(try #require(Timestamp(text)).milliseconds)
    }

    @Test(arguments: [
        ("2026-03-04 09:15:00", "2026-03-04T09:15:00Z"), ("2026-03-04T09:15:00", "2026-03-04T09:15:00Z"),
        ("2026-03-04 09:15", "2026-03-04T09:15:00Z"), ("2026-03-04 09:15:00.5", "2026-03-04T09:15:00.500Z"),
        ("2026-03-04 09:15:00,123456", "2026-03-04T09:15:00.123Z"),
        ("2026-03-04T09:15:00+02:00", "2026-03-04T07:15:00Z"),
        ("2026-03-04 09:15:00+02", "2026-03-04T07:15:00Z"), ("2026-03-04 09:15:00.25-0330", "2026-03-04T12:45:00.250Z"),
        ("2026-03-04t09:15:00z", "2026-03-04T09:15:00Z"), ("1772615700", "2026-03-04T09:15:00Z"),
        ("1772615700.25", "2026-03-04T09:15:00.250Z"), ("2026-03-04 09:15:00 UTC", "2026-03-04T09:15:00Z"),
        ("2026-03-04 09:15:00.5 UTC", "2026-03-04T09:15:00.500Z"),
    ])
    func namedFormsAreRead(text: String, expected: String) throws {
        #expect(try read(text) == instant(expected))
    }

    @Test(arguments: [
        "", "NULL", "Total", "3", "61", "0000-00-00 00:00:00", "2026-02-30 09:00:00", "2026-03-04 25:00:00", "-",
        "17726157000",
        "Report of 04.03.2026 09:00", "1.2.3",
    ])
    func othersAreNoTimes(text: String) throws {
        #expect(try read(text) == .unreadable)
    }

    @Test(arguments: [
        "03/04/2026 09:15:00", "3/4/2026 9:15", "04.03.2026 09:15:00", "2026/03/04 09:15:00", "2026-03-04",
        "2026-25-03 09:15:00",
        "4 Mar 2026 09:15:00", "Mar 4, 2026 9:15:00 AM", "Wed Mar  4 09:15:00 2026", "2026-03-04 09:15:00 PM",
        "04-03-26 09:15", "1772615700250",
    ])
    func datesOfUncertainOrderAreNeverGuessed(text: String) throws {
        #expect(try read(text) == .otherForm)
    }

    @Test(arguments: [
        ("DD/MM/YYYY HH:mm:ss", "03/04/2026 09:15:00", "2026-04-03T09:15:00Z"),
        ("MM/DD/YYYY HH:mm:ss", "3/4/2026 9:15:00", "2026-03-04T09:15:00Z"),
        ("dd.MM.yyyy HH:mm", "04.03.2026 09:15", "2026-03-04T09:15:00Z"),
        ("MM/DD/YY hh:mm a", "03/04/26 12:15 AM", "2026-03-04T00:15:00Z"),
        ("MM/DD/YY hh:mm:ss a", "03/04/26 09:15:10 pm", "2026-03-04T21:15:10Z"),
        ("YYYYMMDDTHHmmss", "20260304T091500", "2026-03-04T09:15:00Z"),
        ("YYYY/MM/DD HH:mm:ss.SSS", "2026/03/04 09:15:00.250", "2026-03-04T09:15:00.250Z"),
        ("DD/MM/YYYY HH:mm:ss", "2026-03-04 09:15:00", "2026-03-04T09:15:00Z"),
        ("UnixMS", "1772615700250", "2026-03-04T09:15:00.250Z"), ("UnixMS", "1772615700", "2026-03-04T09:15:00Z"),
        ("OADate", "46085.385416666664", "2026-03-04T09:15:00Z"), ("OADate", "46085,5", "2026-03-04T12:00:00Z"),
    ])
    func aFormatSaysTheOrder(format: String, text: String, expected: String) throws {
        #expect(try read(text, "UTC", format) == instant(expected))
    }

    @Test(arguments: [
        "", "DD/MM/YYYY", "HH:mm:ss", "DD/MM/YYYY hh:mm", "DD/DD/YYYY HH:mm", "Q/MM/YYYY HH:mm", "DD/MM/YYYY HH:mm a",
    ])
    func incompleteFormatsAreRefused(text: String) { #expect(TimeFormat(text) == nil) }

    @Test
    func theHourThatExistsTwiceIsTheFirstAndTheMissingOneIsSkipped() throws {
        #expect(try read("2026-10-25 02:30:00", "Europe/Berlin") == instant("2026-10-25T00:30:00Z"))
        #expect(try read("2026-10-25 03:00:00", "Europe/Berlin") == instant("2026-10-25T02:00:00Z"))
        #expect(try read("2026-03-29 01:59:59", "Europe/Berlin") == instant("2026-03-29T00:59:59Z"))
        for text in ["2026-03-29 02:00:00", "2026-03-29 02:59:59"] {
            #expect(try read(text, "Europe/Berlin") == .nonexistent)
        }
        #expect(try read("2026-03-29 03:00:00", "Europe/Berlin") == instant("2026-03-29T01:00:00Z"))
        #expect(try read("2026-07-01 12:00:00", "Asia/Kolkata") == instant("2026-07-01T06:30:00Z"))
        let text = "dialedAt,outcome\n2026-03-29 02:30:00,busy\n2026-03-29 03:30:00,busy\n"
        let summary = try RecordFiles.read(text) { if let zone = ClockZone("Europe/Berlin") { $0.zone = zone } }
        #expect(summary.rows.skipped == [.timeNonexistent: 1])
        #expect(summary.hours[3][.busy] == 1)
    }

    @Test(arguments: [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu",
        "America/St_Johns",
    ])
    func offsetsAreThoseOfFoundation(name: String) throws {
        let zone = try #require(ClockZone(name))
        let theirs = try #require(TimeZone(identifier: name))
        var seconds = 1_000_000_000
        while seconds < 2_000_000_000 {
            let offset = theirs.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
            #expect(zone.offset(at: seconds) == offset)
            let back = try #require(zone.instant(clock: seconds + offset))
            // A time that the clock shows twice is the first of the two.
            #expect(back == seconds || back < seconds && zone.offset(at: back) == seconds + offset - back)
            seconds += 1_234_567
        }
        #expect(ClockZone("Mars/Olympus") == nil)
    }

    @Test(
        "an instant whose date no scenario can bear is no time",
        arguments: [
            "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+12:00", "0001-01-01 23:59:59", "9999-12-31 00:00:00",
            "9999-12-31T23:59:59-12:00", "9999-12-31 23:59:59-12", "0000-01-01T00:00:00+12:00",
            "9999-12-31 23:59:59 UTC",
        ]
    )
    func noDate(text: String) throws {
        #expect(try read(text) == .unreadable)
        #expect(try read("0001-01-02 00:00:00") == instant("0001-01-02T00:00:00Z"))
        #expect(try read("9999-12-30 23:59:59") == instant("9999-12-30T23:59:59Z"))
        // The rest of the file is read.
        let summary = try RecordFiles.read("dialedAt,outcome\n\(text),busy\n2026-03-10 09:00:00,busy\n")
        #expect(summary.rows.skipped == [.timeUnreadable: 1] && summary.attempts == 1)
    }

    @Test(
        "a second 60 is the last of a day in UTC, in any form",
        arguments: [
            ("2016-12-31T23:59:60Z", "UTC", true), ("2016-12-31 23:59:60", "UTC", true),
            ("2017-01-01 00:59:60", "Europe/Berlin", true), ("2017-01-01 00:59:60+01", "UTC", true),
            ("2016-12-31 23:59:60 UTC", "UTC", true), ("2016-12-31 23:59:60", "Europe/Berlin", false),
            ("2016-12-31T22:59:60Z", "UTC", false), ("2016-12-31 12:00:60", "UTC", false),
            ("2016-12-31 23:59:60+01", "UTC", false), ("2016-12-31 22:59:60 UTC", "UTC", false),
        ]
    )
    func leapSeconds(text: String, zone: String, isTime: Bool) throws {
        #expect(try read(text, zone) == (isTime ? instant("2017-01-01T00:00:00Z") : .unreadable))
        #expect(try read("2016-12-31 23:59:61", zone) == .unreadable)
    }

    @Test("the quarter of an hour before 1970 is not that after it")
    func before1970() throws {
        let zone = try #require(ClockZone("Europe/Berlin"))
        var reader = TimeReader(zone, nil)
        for text in ["1970-01-01 00:05:00", "1969-12-31 23:55:00"] {
            var copy = text
            let time = copy.withUTF8 { reader.read($0) }
            #expect(try time == instant(text.replacing(" ", with: "T") + "+01:00"))
        }
        #expect(
            (-1).dividedDown(by: 900) == -1 && (-900).dividedDown(by: 900) == -1 && (-901).dividedDown(by: 900) == -2
        )
        #expect(899.dividedDown(by: 900) == 0 && (-1).remainderDown(by: 900) == 899 && 900.remainderDown(by: 900) == 0)
    }

    @Test
    func hoursAndDaysAreThoseOfTheZone() throws {
        let text = "dialedAt,outcome\n2026-03-10T23:30:00Z,busy\n2026-03-11T08:30:00Z,busy\n"
        let summary = try RecordFiles.read(text) { if let zone = ClockZone("Asia/Tokyo") { $0.zone = zone } }
        #expect(summary.hours[8][.busy] == 1 && summary.hours[17][.busy] == 1)
        #expect(summary.days.map(\.date.description) == ["2026-03-11"])
    }
}
