import Glibc

/// An instant in UTC with millisecond resolution, written as RFC 3339 (`2026-11-22T14:30:00.250Z`).
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var milliseconds: Int64

    /// The instants that RFC 3339 can write: the years 0000 to 9999.
    private static let writable: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    /// Creates the instant this many milliseconds after 1970-01-01T00:00:00Z.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Creates the instant this many seconds after 1970-01-01T00:00:00Z, rounded down to a millisecond.
    public init(seconds: Double) { milliseconds = Int64((seconds * 1000).rounded(.down)) }

    /// Reads an RFC 3339 date-time with any offset and any number of fraction digits; further digits are dropped.
    ///
    /// Returns nil if the text is not a date-time, names a day that does not exist, has a second 60 that is not the last
    /// one of a day in UTC, or lies before the year 0000 or after 9999 in UTC.
    public init?(_ text: String) {
        var text = text
        guard let timestamp = text.withUTF8({ Timestamp(bytes: $0[...]) }) else { return nil }
        self = timestamp
    }

    /// Reads the bytes of a date-time.
    package init?(bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        var bytes = bytes
        func number(_ count: Int) -> Int? {
            guard bytes.count >= count else { return nil }
            var value = 0
            for byte in bytes.prefix(count) {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            bytes = bytes.dropFirst(count)
            return value
        }
        func skip(_ allowed: StaticString) -> Bool {
            guard let byte = bytes.first else { return false }
            for index in 0..<allowed.utf8CodeUnitCount where allowed.utf8Start[index] == byte {
                bytes = bytes.dropFirst()
                return true
            }
            return false
        }
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2), skip("Tt "),
            let hour = number(2), skip(":"), let minute = number(2), skip(":"), let second = number(2),
            (1...12).contains(month), day >= 1, day <= Self.daysIn(month: month, year: year), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        var fraction = 0
        if skip(".") {
            let digits = bytes.prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            var scale = 100
            for byte in digits.prefix(3) {
                fraction += Int(byte - 0x30) * scale
                scale /= 10
            }
            bytes = bytes.dropFirst(digits.count)
        }
        var offset = 0
        if !skip("Zz") {
            let sign = bytes.first == UInt8(ascii: "-") ? -1 : 1
            guard skip("+-"), let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60
            else { return nil }
            offset = sign * (hours * 60 + minutes) * 60
        }
        guard bytes.isEmpty else { return nil }
        let seconds = Self.days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
        guard second < 60 || (seconds - offset) % 86_400 == 0 else { return nil }
        milliseconds = Int64(seconds - offset) * 1000 + Int64(fraction)
        guard Self.writable.contains(milliseconds) else { return nil }
    }

    /// RFC 3339 in UTC with three digits of fraction; outside the years 0000 to 9999 the nearest instant within them.
    public var description: String {
        let instant = Int(min(max(milliseconds, Self.writable.lowerBound), Self.writable.upperBound))
        let rest = (instant % 86_400_000 + 86_400_000) % 86_400_000
        let (year, month, day) = Self.civil(days: (instant - rest) / 86_400_000)
        let (seconds, fraction) = (rest / 1000, rest % 1000)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        func append(_ value: Int, _ digits: Int, _ separator: Character?) {
            var divisor = 1
            for _ in 1..<digits { divisor *= 10 }
            while divisor > 0 {
                text.append(0x30 + UInt8(value / divisor % 10))
                divisor /= 10
            }
            if let ascii = separator?.asciiValue { text.append(ascii) }
        }
        append(year, 4, "-")
        append(month, 2, "-")
        append(day, 2, "T")
        append(seconds / 3600, 2, ":")
        append(seconds / 60 % 60, 2, ":")
        append(seconds % 60, 2, ".")
        append(fraction, 3, "Z")
        return String(decoding: text, as: UTF8.self)
    }

    /// Earlier or later.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// The instant this many milliseconds later.
    public func adding(milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: self.milliseconds + milliseconds) }

    private static func daysIn(month: Int, year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// Days since 1970-01-01 of a date of the Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted >= 0 ? shifted / 400 : -1
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted >= 0 ? shifted / 146_097 : (shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

/// The system's wall clock.
public enum WallClock {
    /// Now, to the millisecond.
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
