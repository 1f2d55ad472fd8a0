import NIOCore
import NIOHTTP1

/// Whose turn it is on a connection: one request at a time, either the direct route's or everybody else's.
///
/// Parts that come while a request is being answered wait, and nothing more is read meanwhile. So pipelined requests are
/// answered in their order, and what waits is bounded by what one read brings.
struct RequestTurns {
    /// What to do about a part.
    enum Action {
        /// Nothing.
        case none
        /// Give it to those who serve the other paths.
        case pass
        /// Keep it until its turn comes.
        case hold
        /// Answer with that; the rest of the request, where there is one, is thrown away.
        case answer(DirectAnswer)
        /// End the connection.
        case close
        /// Serve the request.
        case serve(HTTPHeaders, ByteBuffer)
    }

    private enum Phase {
        case free
        /// The direct route's request, as far as it has come.
        case collecting(HTTPRequestHead, ByteBuffer)
        /// The direct route's request is whole and being answered.
        case serving
        /// The direct route's request is answered, and its body still coming.
        case discarding
        /// Somebody else's request.
        case passing(isWhole: Bool, isAnswered: Bool)
    }

    private let route: DirectRoute
    private var phase = Phase.free
    /// Whether the connection goes on after the present request of the direct route.
    private(set) var isKeptAlive = true
    /// Whether the present request of the direct route wants no body.
    private(set) var isHead = false

    init(_ route: DirectRoute) { self.route = route }

    /// Whether the next request has to wait.
    var isBusy: Bool {
        switch phase {
        case .serving, .passing(isWhole: true, isAnswered: false): true
        default: false
        }
    }

    /// Whether no request is under way.
    var isFree: Bool { if case .free = phase { true } else { false } }

    /// Whether an answer of the direct route is expected.
    var isServing: Bool { if case .serving = phase { true } else { false } }

    mutating func receive(_ part: HTTPServerRequestPart) -> Action {
        switch (phase, part) {
        case (.serving, _), (.passing(isWhole: true, isAnswered: false), _): return .hold
        case (.free, .head(let head)): return begin(head)
        case (.collecting(let head, var collected), .body(var bytes)):
            guard collected.readableBytes + bytes.readableBytes <= route.maximumBody else {
                phase = .discarding
                return .answer(route.refuseBody(.tooLarge))
            }
            phase = .free  // so that the buffer below is the only one, and grows in place
            if collected.readableBytes == 0 { collected = bytes } else { collected.writeBuffer(&bytes) }
            phase = .collecting(head, collected)
            return .none
        case (.collecting(let head, let body), .end):
            phase = .serving
            return .serve(head.headers, body)
        case (.discarding, .end):
            phase = .free
            return isKeptAlive ? .none : .close
        case (.passing(_, let isAnswered), .end):
            phase = isAnswered ? .free : .passing(isWhole: true, isAnswered: false)
            return .pass
        case (.passing, _): return .pass
        case (.discarding, _), (.collecting, .head), (.free, _): return .none
        }
    }

    private mutating func begin(_ head: HTTPRequestHead) -> Action {
        guard head.uri.utf8.elementsEqual(route.path.utf8) || head.uri.prefix(while: { $0 != "?" }) == route.path else {
            phase = .passing(isWhole: false, isAnswered: false)
            return .pass
        }
        isKeptAlive = head.isKeepAlive && head.version == .http1_1
        isHead = head.method == .HEAD
        if let answer = refusal(of: head) {
            phase = .discarding
            return .answer(answer)
        }
        phase = .collecting(head, ByteBuffer())
        return .none
    }

    /// What the head of a request alone is refused for.
    private func refusal(of head: HTTPRequestHead) -> DirectAnswer? {
        guard head.method == .POST else { return route.wrongMethod }
        let announced = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        return announced > route.maximumBody ? route.refuseBody(.tooLarge) : nil
    }

    /// A request of the direct route has come whole, and wants nothing but an answer.
    mutating func serve() {
        (phase, isKeptAlive, isHead) = (.serving, true, false)
    }

    /// The direct route's request is answered.
    mutating func answered() {
        if case .serving = phase { phase = .free }
    }

    /// The answer to somebody else's request has gone out.
    mutating func otherAnswered() {
        guard case .passing(let isWhole, _) = phase else { return }
        phase = isWhole ? .free : .passing(isWhole: false, isAnswered: true)
    }

    /// The connection broke in the middle of a request; the answer where the direct route has to give one.
    mutating func broke() -> DirectAnswer? {
        guard case .collecting = phase else { return nil }
        phase = .free
        isKeptAlive = false
        return route.refuseBody(.incomplete)
    }
}
