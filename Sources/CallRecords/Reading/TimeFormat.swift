import DialerEngine

/// The order in which a file writes dates and times, as a user says it: `DD/MM/YYYY HH:mm:ss`.
package struct TimeFormat: Hashable, Sendable {
    /// A part of a written time.
    enum FormatPart: Hashable, Sendable {
        case year, shortYear, month, day, hour, hour12, minute, second, fraction, half
        case literal(UInt8)
        /// Days since 1899-12-30 with a fraction, as OLE and spreadsheets count.
        case oaDate
        /// Milliseconds since 1970.
        case unixMilliseconds
    }

    let parts: [FormatPart]
    /// As the user wrote it.
    package let text: String

    /// The parts that a format can have, for messages.
    package static let parts = "YYYY, YY, MM, DD, HH, hh, mm, ss, SSS and a (AM or PM), or is OADate or UnixMS"

    /// Reads a format; nil if it does not say year, month, day, hour and minute, or says one twice.
    package init?(_ text: String) {
        self.text = text
        let whole: [String: FormatPart] = ["oadate": .oaDate, "unixms": .unixMilliseconds]
        if let part = whole[text.lowercased()] {
            parts = [part]
            return
        }
        var parts: [FormatPart] = []
        var rest = Array(text.utf8)[...]
        while let first = rest.first {
            let run = rest.prefix { $0 == first }.count
            rest = rest.dropFirst(run)
            switch (first, run) {
            case (UInt8(ascii: "Y"), 4), (UInt8(ascii: "y"), 4): parts.append(.year)
            case (UInt8(ascii: "Y"), 2), (UInt8(ascii: "y"), 2): parts.append(.shortYear)
            case (UInt8(ascii: "M"), 1...2): parts.append(.month)
            case (UInt8(ascii: "D"), 1...2), (UInt8(ascii: "d"), 1...2): parts.append(.day)
            case (UInt8(ascii: "H"), 1...2): parts.append(.hour)
            case (UInt8(ascii: "h"), 1...2): parts.append(.hour12)
            case (UInt8(ascii: "m"), 1...2): parts.append(.minute)
            case (UInt8(ascii: "s"), 1...2): parts.append(.second)
            case (UInt8(ascii: "S"), 1...9), (UInt8(ascii: "f"), 1...9): parts.append(.fraction)
            case (UInt8(ascii: "a"), 1), (UInt8(ascii: "A"), 1), (UInt8(ascii: "t"), 2): parts.append(.half)
            default:
                let isLetter = (0x41...0x5A).contains(first) || (0x61...0x7A).contains(first)
                // `T` stands between date and time, `Z` behind them.
                guard !isLetter || first == UInt8(ascii: "T") else { return nil }
                parts += Array(repeating: .literal(first), count: run)
            }
        }
        let named = parts.filter { if case .literal = $0 { false } else { true } }
        guard Set(named).count == named.count else { return nil }
        func has(_ wanted: FormatPart...) -> Bool { wanted.count { named.contains($0) } == 1 }
        guard has(.year, .shortYear), has(.month), has(.day), has(.hour, .hour12), has(.minute) else { return nil }
        guard named.contains(.half) == named.contains(.hour12) else { return nil }
        self.parts = parts
    }
}

extension TimeFormat {
    /// A time of the clock as it is written.
    struct Written {
        var year = 0
        var month = 0
        var day = 0
        var hour = 0
        var minute = 0
        var second = 0
        var milliseconds = 0

        /// Whether each number can be in its place, though the calendar may have no such day.
        var isPlausible: Bool {
            (1...12).contains(month) && (1...31).contains(day) && hour < 24 && minute < 60 && second <= 60
        }

        /// Seconds since 1970 as if the clock showed universal time; nil if the calendar has no such day.
        var clock: Int? {
            guard isPlausible, let date = CalendarDate(year: year, month: month, day: day) else { return nil }
            return date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second
        }
    }

    /// Reads a time; nil if it is written differently.
    func read(_ cell: UnsafeBufferPointer<UInt8>) -> Written? {
        var written = Written()
        var place = 0
        var isAfternoon: Bool?
        func number(_ least: Int, _ most: Int) -> Int? {
            let from = place
            var value = 0
            while place < cell.count, place - from < most, (0x30...0x39).contains(cell[place]) {
                value = value * 10 + Int(cell[place] - 0x30)
                place += 1
            }
            return place - from >= least ? value : nil
        }
        for part in parts {
            switch part {
            case .year:
                guard let value = number(4, 4) else { return nil }
                written.year = value
            case .shortYear:
                guard let value = number(2, 2) else { return nil }
                written.year = 2000 + value
            case .month:
                guard let value = number(1, 2) else { return nil }
                written.month = value
            case .day:
                guard let value = number(1, 2) else { return nil }
                written.day = value
            case .hour, .hour12:
                guard let value = number(1, 2) else { return nil }
                written.hour = value
            case .minute:
                guard let value = number(1, 2) else { return nil }
                written.minute = value
            case .second:
                guard let value = number(1, 2) else { return nil }
                written.second = value
            case .fraction:
                let from = place
                guard let value = number(1, 9) else { return nil }
                written.milliseconds = Self.milliseconds(value, digits: place - from)
            case .half:
                guard place + 1 < cell.count, cell[place + 1] | 0x20 == UInt8(ascii: "m") else { return nil }
                switch cell[place] | 0x20 {
                case UInt8(ascii: "a"): isAfternoon = false
                case UInt8(ascii: "p"): isAfternoon = true
                default: return nil
                }
                place += 2
            case .literal(let byte):
                guard place < cell.count, cell[place] == byte else { return nil }
                place += 1
            case .oaDate: return Self.oaDate(cell)
            // An instant, not a time of the clock: the reader takes it.
            case .unixMilliseconds: return nil
            }
        }
        if place < cell.count, cell[place] == UInt8(ascii: "."), !parts.contains(.fraction) {
            place += 1
            let from = place
            guard let value = number(1, 9) else { return nil }
            written.milliseconds = Self.milliseconds(value, digits: place - from)
        }
        guard place == cell.count else { return nil }
        if let isAfternoon {
            guard (1...12).contains(written.hour) else { return nil }
            written.hour = written.hour % 12 + (isAfternoon ? 12 : 0)
        }
        return written
    }

    private static func milliseconds(_ value: Int, digits: Int) -> Int {
        var (value, digits) = (value, digits)
        while digits > 3 { (value, digits) = (value / 10, digits - 1) }
        while digits < 3 { (value, digits) = (value * 10, digits + 1) }
        return value
    }

    private static func oaDate(_ cell: UnsafeBufferPointer<UInt8>) -> Written? {
        guard cell.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2C }), cell.count <= 32 else {
            return nil
        }
        let text = String(decoding: cell.map { $0 == 0x2C ? 0x2E : $0 }, as: UTF8.self)
        // 20,000 is in 1954, 80,000 in 2119: a number outside is a total, and not a date.
        guard let days = Double(text), (20_000..<80_000).contains(days) else { return nil }
        let milliseconds = Int((days * 86_400_000).rounded())
        let date = CalendarDate(daysSince1970: milliseconds / 86_400_000 - 25_569)
        let rest = milliseconds % 86_400_000
        return Written(
            year: date.year,
            month: date.month,
            day: date.day,
            hour: rest / 3_600_000,
            minute: rest / 60_000 % 60,
            second: rest / 1000 % 60,
            milliseconds: rest % 1000
        )
    }
}
