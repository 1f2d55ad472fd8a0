/// The field `Retry-After` (RFC 9110 section 10.2.3).
package enum RetryAfter {
    /// The longest time that is told apart from longer ones.
    private static let longest = 10 * 365 * 86_400

    /// How long the server wants us to wait; `nil` where it says nothing that can be read.
    ///
    /// A date counts from the response's own `Date`, never from our clock; without one it is ignored. A date in the
    /// past is no time at all. Of several values the longest holds: never earlier than asked.
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
