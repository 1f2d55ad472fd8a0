import NIOCore

/// What a connection may take of a server before its sender is authenticated.
package struct ConnectionLimits: Hashable, Sendable {
    /// The time from the first byte of a request, or from the start of the connection, to the end of its head.
    package var headDeadline = Duration.seconds(10)
    /// The time from the head of a request to the end of its body.
    package var requestDeadline = Duration.seconds(15)
    /// The lowest average rate of a body, after ``rateGrace``.
    package var minimumBytesPerSecond = 1024
    /// The time at the beginning of a body during which its rate does not count.
    package var rateGrace = Duration.seconds(2)
    /// How long a connection may be idle between two requests.
    package var idleTimeout = Duration.seconds(60)
    /// Connections at once; further ones wait until one ends.
    package var connections = 1000
    /// Connections at once from one address, further ones are closed; `nil` for no limit.
    ///
    /// Loopback addresses are exempt, since the clients of a proxy on this machine come from there.
    package var connectionsPerAddress: Int?

    package init() {}
}

/// How far the present request of a connection has arrived, and the deadline of its next step.
///
/// An idle timer would be reset by every byte, so a client that trickles could hold a connection for ever. These deadlines
/// count from the beginning of each step.
struct RequestPace {
    private enum Stage {
        case idle(until: NIODeadline)
        case head(since: NIODeadline)
        case body(since: NIODeadline, bytes: Int)
        case answering
    }

    /// What to do about a connection now.
    enum Check: Equatable {
        /// Nothing before that time.
        case wait(until: NIODeadline)
        /// Nothing at all.
        case rest
        /// Answer 408 unless something was answered already, and end the connection.
        case timeOut
        /// End the connection.
        case close
    }

    private let limits: ConnectionLimits
    private var stage: Stage

    init(_ limits: ConnectionLimits, at now: NIODeadline) {
        self.limits = limits
        stage = .idle(until: now + TimeAmount(limits.headDeadline))
    }

    /// Whether a request has begun and not ended.
    var isIncomplete: Bool {
        switch stage {
        case .head, .body: true
        case .idle, .answering: false
        }
    }

    /// Bytes of an incomplete head have arrived; returns whether they begin a request.
    mutating func read(at now: NIODeadline) -> Bool {
        guard case .idle = stage else { return false }
        stage = .head(since: now)
        return true
    }

    mutating func head(at now: NIODeadline) { stage = .body(since: now, bytes: 0) }

    mutating func body(_ count: Int) {
        if case .body(let since, let bytes) = stage { stage = .body(since: since, bytes: bytes + count) }
    }

    mutating func end() { stage = .answering }

    /// An answer was sent; the request may still be arriving.
    mutating func answered(at now: NIODeadline) {
        if case .answering = stage { stage = .idle(until: now + TimeAmount(limits.idleTimeout)) }
    }

    func check(at now: NIODeadline) -> Check {
        switch stage {
        case .answering: return .rest
        case .idle(let until): return now < until ? .wait(until: until) : .close
        case .head(let since):
            let end = since + TimeAmount(limits.headDeadline)
            return now < end ? .wait(until: end) : .timeOut
        case .body(let since, let bytes):
            let end = since + TimeAmount(limits.requestDeadline)
            let grace = since + TimeAmount(limits.rateGrace)
            // The bytes so far satisfy the minimum rate up to this moment.
            let paid = grace + .nanoseconds(Int64(bytes) * 1_000_000_000 / Int64(max(1, limits.minimumBytesPerSecond)))
            guard now < end, now < paid else { return .timeOut }
            return .wait(until: min(end, paid))
        }
    }
}
