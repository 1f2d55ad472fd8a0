import HTTPService
import NIOCore
import NIOHTTP1

/// The requests of a connection to an ``EventRoute``, one after the other.
///
/// Parts that arrive while a request is being answered wait, and nothing more is read meanwhile. So pipelined requests
/// are answered in their order, and one read bounds how much waits.
struct RequestSequence {
    /// What to do about a part.
    enum Action {
        /// Nothing.
        case none
        /// Send that answer; the rest of the request is discarded.
        case answer(EncodedAnswer)
        /// Close the connection.
        case close
        /// Serve the request.
        case serve(HTTPHeaders, ByteBuffer)
        /// Leave the connection to the next handler, beginning with this part.
        case handOver
    }

    private enum State {
        case free
        /// A request is arriving.
        case collecting(HTTPRequestHead, ByteBuffer)
        /// A request is complete and being answered.
        case serving
        /// A request is answered, and its body is still arriving.
        case discarding
    }

    private let route: EventRoute
    private var state = State.free
    /// Whether the connection goes on after the present request.
    private(set) var isKeptAlive = true
    /// Whether the present request is of HTTP/1.0, whose sender closes unless the answer says otherwise.
    private var isOld = false
    /// Whether the present request wants no body.
    private(set) var isHead = false

    init(_ route: EventRoute) { self.route = route }

    /// Whether a request is being answered.
    var isServing: Bool { if case .serving = state { true } else { false } }

    /// The field `Connection` of the present answer.
    var connection: AnswerBytes.ConnectionField { isKeptAlive ? (isOld ? .keepAlive : .absent) : .close }

    /// Whether the connection has to be closed now.
    ///
    /// A close while a request is still arriving would reset the connection before its answer is read.
    var isOver: Bool { if case .free = state { !isKeptAlive } else { false } }

    /// Takes the next part; nothing may come while a request is being served.
    mutating func receive(_ part: HTTPServerRequestPart) -> Action {
        switch (state, part) {
        case (.free, .head(let head)): return begin(head)
        case (.collecting(let head, var collected), .body(var bytes)):
            guard collected.readableBytes + bytes.readableBytes <= route.maximumBody else {
                state = .discarding
                return .answer(route.refuseBody(.tooLarge))
            }
            state = .free  // so that the buffer below is the only one, and grows in place
            if collected.readableBytes == 0 { collected = bytes } else { collected.writeBuffer(&bytes) }
            state = .collecting(head, collected)
            return .none
        case (.collecting(let head, let body), .end):
            state = .serving
            return .serve(head.headers, body)
        case (.discarding, .end):
            state = .free
            return isKeptAlive ? .none : .close
        case (.discarding, _), (.collecting, .head), (.free, _), (.serving, _): return .none
        }
    }

    private mutating func begin(_ head: HTTPRequestHead) -> Action {
        let isRoute = head.uri == route.path || route.hasPath(head.uri.prefix { $0 != "?" })
        if !isRoute, route.otherPath == nil { return .handOver }
        (isKeptAlive, isOld) = (head.isKeepAlive, head.version == .http1_0)
        isHead = head.method == .HEAD
        if let answer = isRoute ? refusal(of: head) : route.otherPath?(String(head.uri.prefix { $0 != "?" })) {
            state = .discarding
            return .answer(answer)
        }
        state = .collecting(head, ByteBuffer())
        return .none
    }

    /// The answer to a request that its head alone has refused; `nil` if the body has to be read.
    private func refusal(of head: HTTPRequestHead) -> EncodedAnswer? {
        guard head.method == .POST else { return route.wrongMethod() }
        let announced = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        return announced > route.maximumBody ? route.refuseBody(.tooLarge) : nil
    }

    /// The request is answered.
    mutating func answered() {
        if case .serving = state { state = .free }
    }

    /// No more bytes will arrive; returns the answer to a request that is incomplete because of that.
    mutating func inputEnded() -> EncodedAnswer? {
        isKeptAlive = false
        guard case .collecting = state else { return nil }
        state = .free
        return route.refuseBody(.incomplete)
    }
}
