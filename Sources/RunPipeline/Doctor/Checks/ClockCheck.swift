import ExactJSON

/// What the other side's clock said, and ours before and after.
struct ClockReading: Hashable, Sendable {
    /// The time that an exchange took, by our clock.
    struct Span: Hashable, Sendable {
        var began: Timestamp
        var ended: Timestamp
    }

    /// The `Date` of the answer.
    var remoteSeconds: Int64
    var span: Span

    /// How far the other side's clock is ahead of ours, in seconds, as far as this reading can tell: a date has no
    /// fractions, and the answer was dated at some time during the exchange.
    var offset: Int64 {
        let earliest = remoteSeconds * 1000 - span.ended.milliseconds
        let latest = remoteSeconds * 1000 + 999 - span.began.milliseconds
        if earliest > 0 { return (earliest + 500) / 1000 }
        return latest < 0 ? (latest - 500) / 1000 : 0
    }
}

extension Finding {
    /// Beyond this, webhook signatures would be refused, in seconds.
    static let clockLimit: Int64 = 300
    /// Beyond this, somebody should look, in seconds.
    static let clockWarning: Int64 = 30

    /// Judges the clocks.
    ///
    /// - Parameter answers: how many answers came, dated or not.
    static func clock(_ readings: [ClockReading], answers: Int) -> Finding {
        let name = "clock"
        guard answers > 0 else { return .skipped(name, "no answer came that could be dated") }
        guard let offset = readings.map(\.offset).min(by: { abs($0) < abs($1) }) else {
            return .warning(
                name,
                "the answers have no Date, so the clocks cannot be compared",
                "Make sure that this machine takes its time from the network: webhook signatures more than 300 s off are "
                    + "refused."
            )
        }
        guard offset != 0 else { return .ok(name, "the clocks agree") }
        let words = "the other side's clock is \(abs(offset)) s \(offset > 0 ? "ahead of" : "behind") this machine's"
        let advice = "Let this machine take its time from the network (chrony, systemd-timesyncd), and look at "
        if abs(offset) > clockLimit {
            return .failure(
                name,
                .local,
                "\(words); webhook signatures would be refused",
                advice + "the other side's too."
            )
        }
        return abs(offset) > clockWarning
            ? .warning(name, "\(words); from 300 s on webhook signatures are refused", advice + "the other side's too.")
            : .ok(name, "\(words), which does no harm")
    }
}
