import ExactJSON

/// The field `Retry-After` (RFC 9110 section 10.2.3).
package enum RetryAfter {
    /// The longest time that is read; longer ones are cut to it.
    private static let longest = 10 * 365 * 86_400

    /// How long the server wants us to wait; nil if it does not say so in a form that can be read.
    ///
    /// A date counts from the response's own `Date`, never from our clock; without `Date` it is ignored. A date in the
    /// past means zero. The longest of several values holds.
    package static func read(_ headers: HeaderFields) -> Duration? {
        headers.all("Retry-After").compactMap { read($0, sent: headers["Date"]) }.max()
    }

    private static func read(_ value: String, sent: String?) -> Duration? {
        let text = value.drop { $0 == " " || $0 == "\t" }
        let trimmed = String(text.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        if !trimmed.isEmpty, trimmed.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return .seconds(min(Int(trimmed) ?? longest, longest))
        }
        guard let date = HTTPDate(trimmed), let sent = sent.flatMap({ HTTPDate($0) }) else { return nil }
        return .seconds(max(0, date.seconds - sent.seconds))
    }
}

/// A date in an HTTP field, in any of the three forms that a recipient must read (RFC 9110 section 5.6.7).
public struct HTTPDate: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public let seconds: Int64

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
    ///
    /// A year of two digits is 1970…2069. Every other text gives nil.
    public init?(_ text: String) {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "-" || $0 == "," }).map(String.init)
        let (day, month, year, time): (String, String, String, String)
        if words.count == 6, words[5] == "GMT" {
            (day, month, year, time) = (words[1], words[2], words[3], words[4])
        } else if words.count == 5 {
            (day, month, year, time) = (words[2], words[1], words[4], words[3])
        } else {
            return nil
        }
        let isWeekdayNamed = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains { words[0].hasPrefix($0) }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard isWeekdayNamed, let monthIndex = months.firstIndex(of: month), let dayNumber = Self.digits(day),
            var yearNumber = Self.digits(year), year.count == 4 || year.count == 2,
            time.split(separator: ":").count == 3
        else { return nil }
        if year.count == 2 { yearNumber += yearNumber < 70 ? 2000 : 1900 }
        func padded(_ value: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
        }
        let date = "\(padded(yearNumber, 4))-\(padded(monthIndex + 1, 2))-\(padded(dayNumber, 2))T\(time)Z"
        guard let timestamp = Timestamp(date) else { return nil }
        seconds = timestamp.milliseconds / 1000
    }

    /// Earlier or later.
    public static func < (left: HTTPDate, right: HTTPDate) -> Bool { left.seconds < right.seconds }

    private static func digits(_ text: String) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }
}
