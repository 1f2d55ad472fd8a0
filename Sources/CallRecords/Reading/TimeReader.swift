import DialerEngine
import ExactJSON

/// What a cell says about time.
enum CellTime: Hashable {
    /// Milliseconds since 1970.
    case instant(Int64)
    case unreadable
    /// The clock never showed this time.
    case nonexistent
    /// A date in a form of which the order is not certain.
    case otherForm
}

/// Reads the times of one file, by the clock of a zone where they name no offset.
struct TimeReader {
    private let zone: ClockZone
    private let format: TimeFormat?
    // The last day and the last quarter of an hour that were read: neighbouring rows mostly share them.
    private var cachedDay: (year: Int, month: Int, day: Int, days: Int)?
    private var cachedQuarter: (place: Int, offset: Int)?

    init(_ zone: ClockZone, _ format: TimeFormat?) { (self.zone, self.format) = (zone, format) }

    /// The instants that have a date in a scenario by any clock, in milliseconds since 1970: 0001-01-02 to 9999-12-30.
    private static let readable = -719_161 * 86_400_000..<2_932_896 * 86_400_000 as Range<Int64>

    /// Reads a cell without white space round it.
    mutating func read(_ cell: UnsafeBufferPointer<UInt8>) -> CellTime {
        let time = time(cell)
        if case .instant(let instant) = time, !Self.readable.contains(instant) { return .unreadable }
        return time
    }

    private mutating func time(_ cell: UnsafeBufferPointer<UInt8>) -> CellTime {
        guard !MissingWord.isMissing(cell), cell.count <= 64 else { return .unreadable }
        if let format, format.parts == [.unixMilliseconds], (12...14).contains(cell.count), let value = Self.whole(cell)
        {
            return .instant(value)
        }
        if let format, let written = format.read(cell) { return instant(written) }
        if cell.count >= 16, cell[4] == UInt8(ascii: "-"), let written = local(cell) {
            return instant(written)
        }
        if let timestamp = Timestamp(bytes: cell[...]) { return .instant(timestamp.milliseconds) }
        if let instant = shortOffset(cell) { return .instant(instant) }
        if let seconds = Self.unixSeconds(cell) { return .instant(seconds) }
        // Milliseconds since 1970, from 2001 on: so long a number is nothing else, and yet not what was agreed.
        if cell.count == 13, cell[0] == UInt8(ascii: "1"), cell.allSatisfy({ (0x30...0x39).contains($0) }) {
            return .otherForm
        }
        return Self.isDate(cell) && !isNoInstant(cell) ? .otherForm : .unreadable
    }

    /// Whether a text has a form that is known and no instant: its year is the first or the last, or its second is 60.
    private func isNoInstant(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
        guard cell.count > 19, cell[4] == UInt8(ascii: "-"),
            let written = local(UnsafeBufferPointer(rebasing: cell[..<19]))
        else { return false }
        return written.year == 0 || written.year == 9999 || written.second == 60
    }

    /// Whether an instant, in seconds since 1970, may be written with a second: 60 is the last one of a day in UTC.
    private static func mayBe(_ second: Int, at instant: Int) -> Bool { second < 60 || instant % 86_400 == 0 }

    private mutating func instant(_ written: TimeFormat.Written) -> CellTime {
        // A thirteenth month says that the order is another one. MySQL writes a missing date with the year 0.
        guard written.isPlausible else { return written.month > 12 && written.day > 0 ? .otherForm : .unreadable }
        guard let day = day(written) else { return .unreadable }
        let clock = day * 86_400 + written.hour * 3600 + written.minute * 60 + written.second
        guard let instant = instant(clock: clock) else { return .nonexistent }
        guard Self.mayBe(written.second, at: instant) else { return .unreadable }
        return .instant(Int64(instant) * 1000 + Int64(written.milliseconds))
    }

    private mutating func day(_ written: TimeFormat.Written) -> Int? {
        if let cachedDay, cachedDay.day == written.day, cachedDay.month == written.month, cachedDay.year == written.year
        {
            return cachedDay.days
        }
        guard let date = CalendarDate(year: written.year, month: written.month, day: written.day) else { return nil }
        cachedDay = (written.year, written.month, written.day, date.daysSince1970)
        return date.daysSince1970
    }

    /// The instant at which the clock shows a time, both in seconds; nil if it never does.
    private mutating func instant(clock: Int) -> Int? {
        // Offsets change at whole quarters of an hour of the clock.
        let quarter = clock.dividedDown(by: 900)
        if let cachedQuarter, cachedQuarter.place == quarter { return clock - cachedQuarter.offset }
        guard let instant = zone.instant(clock: clock) else { return nil }
        cachedQuarter = (quarter, clock - instant)
        return instant
    }

    /// Reads `YYYY-MM-DD HH:MM:SS`, with a fraction or without seconds; nil if the cell is written differently.
    private func local(_ cell: UnsafeBufferPointer<UInt8>) -> TimeFormat.Written? {
        func number(_ place: Int, _ count: Int) -> Int? {
            var value = 0
            for index in place..<place + count {
                guard (0x30...0x39).contains(cell[index]) else { return nil }
                value = value * 10 + Int(cell[index] - 0x30)
            }
            return value
        }
        guard let year = number(0, 4), let month = number(5, 2), cell[7] == UInt8(ascii: "-"), let day = number(8, 2),
            cell[10] == UInt8(ascii: " ") || cell[10] | 0x20 == UInt8(ascii: "t"),
            let hour = number(11, 2), cell[13] == UInt8(ascii: ":"), let minute = number(14, 2)
        else { return nil }
        var written = TimeFormat.Written(year: year, month: month, day: day, hour: hour, minute: minute)
        guard cell.count > 16 else { return written }
        guard cell.count >= 19, cell[16] == UInt8(ascii: ":"), let second = number(17, 2) else { return nil }
        written.second = second
        guard cell.count > 19 else { return written }
        guard cell.count > 20, cell[19] == UInt8(ascii: ".") || cell[19] == UInt8(ascii: ",") else { return nil }
        var scale = 100
        for index in 20..<cell.count {
            guard let digit = number(index, 1) else { return nil }
            written.milliseconds += digit * scale
            scale /= 10
        }
        return written
    }

    /// Reads a time whose offset is short, as databases write it: `2026-03-04 09:15:00+02`, `+0200` or ` UTC`.
    private func shortOffset(_ cell: UnsafeBufferPointer<UInt8>) -> Int64? {
        if cell.count >= 20, cell.suffix(4).elementsEqual(" UTC".utf8) {
            guard let written = local(UnsafeBufferPointer(rebasing: cell.dropLast(4))), let clock = written.clock,
                Self.mayBe(written.second, at: clock)
            else { return nil }
            return Int64(clock) * 1000 + Int64(written.milliseconds)
        }
        guard cell.count >= 22, let sign = cell[19...].lastIndex(where: { $0 == 0x2B || $0 == 0x2D }) else {
            return nil
        }
        let digits = cell[(sign + 1)...]
        guard digits.count == 2 || digits.count == 4, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        guard let written = local(UnsafeBufferPointer(rebasing: cell[..<sign])), let clock = written.clock else {
            return nil
        }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        let (hours, minutes) = digits.count == 2 ? (value, 0) : (value / 100, value % 100)
        guard hours < 24, minutes < 60 else { return nil }
        let offset = (hours * 3600 + minutes * 60) * (cell[sign] == 0x2D ? -1 : 1)
        guard Self.mayBe(written.second, at: clock - offset) else { return nil }
        return Int64(clock - offset) * 1000 + Int64(written.milliseconds)
    }

    private static func whole(_ cell: UnsafeBufferPointer<UInt8>) -> Int64? {
        var value: Int64 = 0
        for byte in cell {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }

    /// Reads seconds since 1970, with a fraction or without: from 1973 to 2286, so that a sum is not read as a time.
    private static func unixSeconds(_ cell: UnsafeBufferPointer<UInt8>) -> Int64? {
        var place = 0
        var value: Int64 = 0
        while place < cell.count, (0x30...0x39).contains(cell[place]) {
            guard place < 10 else { return nil }
            value = value * 10 + Int64(cell[place] - 0x30)
            place += 1
        }
        guard place >= 9, value >= 100_000_000 else { return nil }
        var milliseconds = value * 1000
        guard place < cell.count else { return milliseconds }
        guard cell[place] == UInt8(ascii: "."), place + 1 < cell.count else { return nil }
        place += 1
        var scale: Int64 = 100
        while place < cell.count {
            guard (0x30...0x39).contains(cell[place]) else { return nil }
            milliseconds += Int64(cell[place] - 0x30) * scale
            scale /= 10
            place += 1
        }
        return milliseconds
    }

    /// Whether a text is a date in some form: two separators between numbers, or the name of a month beside numbers.
    private static func isDate(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
        var place = 0
        func digits(_ most: Int) -> Int {
            let from = place
            while place < cell.count, place - from <= most, (0x30...0x39).contains(cell[place]) { place += 1 }
            return place - from
        }
        let first = digits(4)
        if (1...4).contains(first), place < cell.count, "/.-".utf8.contains(cell[place]) {
            let separator = cell[place]
            place += 1
            let second = digits(2)
            if (1...2).contains(second), place < cell.count, cell[place] == separator {
                place += 1
                let third = digits(4)
                // `1.2.3` is a number of a version, `1999.12.31` a date.
                return (1...4).contains(third) && (first >= 3 || third == 2 || third == 4)
            }
        }
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        guard cell.contains(where: { (0x30...0x39).contains($0) }), cell.contains(UInt8(ascii: ":")) else {
            return false
        }
        let text = String(decoding: cell.prefix(20).map { $0 | 0x20 }, as: UTF8.self)
        let words = text.split { !$0.isLetter }.map { String($0.prefix(3)) }
        guard let first = words.first else { return false }
        let beginsAsDate = (0x30...0x39).contains(cell[0]) || months.contains(first) || weekdays.contains(first)
        return beginsAsDate && words.contains(where: months.contains)
    }
}
