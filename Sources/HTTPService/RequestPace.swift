import NIOCore

/// What a connection may take of a server before its sender is authenticated.
package struct ConnectionLimits: Hashable, Sendable {
    /// The time from the first byte of a request, or from the start of the connection, to the end of its head.
    package var headDeadline = Duration.seconds(10)
    /// The time from the head of a request to the end of its body.
    package var requestDeadline = Duration.seconds(15)
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
        case body(since: NIODeadline)
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

    /// Whether the head of a request has arrived, and its body not whole.
    var isInBody: Bool { if case .body = stage { true } else { false } }

    /// Bytes of an incomplete head have arrived.
    mutating func read(at now: NIODeadline) {
        if case .idle = stage { stage = .head(since: now) }
    }

    mutating func head(at now: NIODeadline) { stage = .body(since: now) }

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
        case .body(let since):
            let end = since + TimeAmount(limits.requestDeadline)
            return now < end ? .wait(until: end) : .timeOut
        }
    }
}
