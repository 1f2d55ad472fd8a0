import NIOCore

/// How far the requests of a connection have come, and until when the next step must be done.
///
/// An idle timer is reset by every byte, so a client that trickles could hold a connection for ever; these deadlines
/// count from the beginning of each step.
struct RequestPace {
    private enum Phase {
        case idle(until: NIODeadline)
        case head(since: NIODeadline)
        case body(since: NIODeadline, bytes: Int)
        case answering
    }

    /// What to do about a connection now.
    enum Verdict: Equatable {
        /// Nothing before that time.
        case wait(until: NIODeadline)
        /// Nothing at all.
        case rest
        /// Say 408 where nothing was said yet, and end the connection.
        case timeOut
        /// End the connection.
        case close
    }

    private let limits: ConnectionLimits
    private var phase: Phase

    init(_ limits: ConnectionLimits, at now: NIODeadline) {
        self.limits = limits
        phase = .idle(until: now + TimeAmount(limits.headDeadline))
    }

    /// Whether a request has begun and not ended.
    var isIncomplete: Bool {
        switch phase {
        case .head, .body: true
        case .idle, .answering: false
        }
    }

    /// Bytes have come that were no whole head yet; tells whether they begin a request.
    mutating func read(at now: NIODeadline) -> Bool {
        guard case .idle = phase else { return false }
        phase = .head(since: now)
        return true
    }

    mutating func head(at now: NIODeadline) { phase = .body(since: now, bytes: 0) }

    mutating func body(_ count: Int) {
        if case .body(let since, let bytes) = phase { phase = .body(since: since, bytes: bytes + count) }
    }

    mutating func end() { phase = .answering }

    /// An answer went out; the request may still be coming.
    mutating func answered(at now: NIODeadline) {
        if case .answering = phase { phase = .idle(until: now + TimeAmount(limits.idleTimeout)) }
    }

    func verdict(at now: NIODeadline) -> Verdict {
        switch phase {
        case .answering: return .rest
        case .idle(let until): return now < until ? .wait(until: until) : .close
        case .head(let since):
            let end = since + TimeAmount(limits.headDeadline)
            return now < end ? .wait(until: end) : .timeOut
        case .body(let since, let bytes):
            let end = since + TimeAmount(limits.requestDeadline)
            let grace = since + TimeAmount(limits.rateGrace)
            // What has come so far is enough up to this moment.
            let paid = grace + .nanoseconds(Int64(bytes) * 1_000_000_000 / Int64(max(1, limits.minimumBytesPerSecond)))
            guard now < end, now < paid else { return .timeOut }
            return .wait(until: min(end, paid))
        }
    }
}
