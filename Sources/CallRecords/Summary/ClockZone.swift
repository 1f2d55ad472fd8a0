import DialerEngine
import Foundation
import SimulationAPI

/// A time zone as a table of its offsets: one search, then arithmetic.
package struct ClockZone: Hashable, Sendable {
    /// Universal time.
    package static let utc = ClockZone(identifier: "UTC", starts: [], offsets: [0])

    /// The name in the IANA's database, such as `Europe/Berlin`.
    package let identifier: String
    /// When an offset begins to hold, in seconds since 1970, ascending; the first offset has no start.
    private let starts: [Int]
    /// The seconds that the clock is ahead of universal time.
    private let offsets: [Int]

    private init(identifier: String, starts: [Int], offsets: [Int]) {
        (self.identifier, self.starts, self.offsets) = (identifier, starts, offsets)
    }

    /// Creates a zone of the IANA's database; nil if it has none of that name.
    package init?(_ identifier: String) {
        guard let zone = TimeZone(identifier: identifier) else { return nil }
        var starts: [Int] = []
        var instant = Date(timeIntervalSince1970: 0)
        var offsets = [zone.secondsFromGMT(for: instant)]
        let end = Date(timeIntervalSince1970: 4_102_444_800)
        while let next = zone.nextDaylightSavingTimeTransition(after: instant), next > instant, next < end {
            instant = next
            let offset = zone.secondsFromGMT(for: next)
            guard offset != offsets.last else { continue }
            starts.append(Int(next.timeIntervalSince1970))
            offsets.append(offset)
        }
        self.init(identifier: identifier, starts: starts, offsets: offsets)
    }

    /// The name that was probably meant by a word that names no zone, such as `Europe/Berlin` by `Berlin`.
    package static func nearest(to word: String) -> String? {
        let names = TimeZone.knownTimeZoneIdentifiers.sorted()
        let wanted = word.lowercased().replacing(" ", with: "_")
        let place = names.first { $0.split(separator: "/").last?.lowercased() == wanted }
        return place ?? Suggestion.nearest(to: wanted, among: names)
    }

    /// Returns the seconds that the clock is ahead of universal time, at an instant in seconds since 1970.
    package func offset(at seconds: Int) -> Int {
        offsets[starts.partitioningIndex { $0 > seconds }]
    }

    /// Returns what the clock shows at an instant, in milliseconds since 1970 as if it were universal time.
    func clock(_ milliseconds: Int64) -> Int64 {
        milliseconds + Int64(offset(at: Int(milliseconds.dividedDown(by: 1000)))) * 1000
    }

    /// Returns when the offset changes next after an instant, in seconds since 1970; nil if it is not known to change.
    func change(after seconds: Int) -> Int? {
        let place = starts.partitioningIndex { $0 > seconds }
        return place < starts.count ? starts[place] : nil
    }

    /// Returns the instant at which the clock shows a time; both are seconds since 1970, the time as if it were universal.
    ///
    /// A time that the clock shows twice is the first of the two; one that it never shows is nil.
    package func instant(clock: Int) -> Int? {
        // No offset is larger than a day, so the pieces around the time decide.
        var piece = starts.partitioningIndex { $0 > clock - 86_400 }
        while piece < offsets.count {
            let instant = clock - offsets[piece]
            let begins = piece == 0 || starts[piece - 1] <= instant
            if begins, piece == starts.count || instant < starts[piece] { return instant }
            if !begins { return nil }
            piece += 1
        }
        return nil
    }
}
