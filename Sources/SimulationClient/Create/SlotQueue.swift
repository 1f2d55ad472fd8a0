import HTTPExchange

/// When to ask again for a slot: as the server says, else after 1 to 5 s, growing to 60 s.
struct SlotQueue: Sendable {
    /// The longest pause of our own choosing.
    static let longest: Duration = .seconds(60)

    private(set) var probes = 0
    /// The time between the first refusal and the last.
    private(set) var waited: Duration = .zero
    private var began: Timeline.Instant?

    /// The pause after a refusal; nil if the time is up or the server asks for more than is left.
    ///
    /// `Retry-After` is never undercut. A pause of our own that is longer than what is left is halved towards the
    /// deadline, so that a slot that gets free late is not missed.
    mutating func refused(
        retryAfter: Duration?,
        now: Timeline.Instant,
        deadline: Timeline.Instant,
        chance: Double
    ) -> SlotWait? {
        let first = began ?? now
        began = first
        probes += 1
        waited = first.duration(to: now)
        let left = now.duration(to: deadline)
        let delay: Duration
        if let retryAfter {
            guard retryAfter < left else { return nil }
            let jittered = retryAfter + .seconds(1) * chance
            delay = jittered < left ? jittered : retryAfter
        } else {
            guard left > .seconds(1) else { return nil }
            let ceiling = min(Self.longest, .seconds(5) * (1 << min(probes - 1, 10)))
            let own = ceiling / 5 + (ceiling - ceiling / 5) * chance
            delay = own < left ? own : left / 2
        }
        return SlotWait(probes: probes, delay: delay, waited: waited)
    }
}
