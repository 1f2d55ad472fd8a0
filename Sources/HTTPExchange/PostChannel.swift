import Addresses
import NIOCore
import NIOHTTP1
import NIOTLS

/// One connection of a ``PostPool``: it sends a POST, reads the head of the answer, and throws the body away.
final class PostChannel: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private enum State {
        case connecting
        case idle
        /// A POST is being sent or waits for the head of its answer.
        case busy
        /// The head is there; that many bytes of the body may still come until then.
        case draining(isKeptAlive: Bool, bytes: Int, until: NIODeadline)
        case closed
    }

    /// A longer body of an answer, in bytes, costs the connection.
    private static let drainedBytes = 64 * 1024
    private static let drainTime = TimeAmount.seconds(1)

    let peer: PostPool.Peer
    /// The POST that is served, until it has ended.
    private(set) var exchange: PostExchange?
    var idleSince = NIODeadline.distantFuture
    private let pool: PostPool
    private let connectDeadline: NIODeadline
    private let isSecured: Bool
    private var state = State.connecting
    /// Whether the POST is sent to its last byte.
    private var isWhole = false
    private var context: ChannelHandlerContext?

    /// - Parameter exchange: the POST for which the connection is made.
    init(_ exchange: PostExchange, to peer: PostPool.Peer, deadline: NIODeadline, in pool: PostPool) {
        (self.exchange, self.peer, self.pool, connectDeadline) = (exchange, peer, pool, deadline)
        isSecured = exchange.tls != nil
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: Connecting

    func channelActive(context: ChannelHandlerContext) {
        if !isSecured { connected(context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { connected(context) }
        context.fireUserInboundEventTriggered(event)
    }

    private func connected(_ context: ChannelHandlerContext) {
        guard case .connecting = state, let exchange else { return }
        if !isSecured, !exchange.mayLeave, let beyond = BeyondLoopback(context.remoteAddress) { return fail(beyond) }
        send(exchange)
    }

    // MARK: Sending

    /// Sends a POST; the connection is free.
    func send(_ next: PostExchange) {
        guard let context else { return next.fail(.notSent, "the connection was closed") }
        (exchange, state, isWhole) = (next, .busy, false)
        let post = next.post
        var headers = HTTPHeaders()
        headers.reserveCapacity(post.headers.fields.count + 2)
        let isUsual = peer.port == (isSecured ? 443 : 80)
        headers.add(name: "Host", value: isUsual ? post.url.authorityHost : "\(post.url.authorityHost):\(peer.port)")
        for field in post.headers.fields { headers.add(name: field.name, value: field.value) }
        headers.add(name: "Content-Length", value: String(post.body.count))
        let target = post.url.rest.prefix { $0 != "#" }
        let head = HTTPRequestHead(
            version: .http1_1,
            method: .POST,
            uri: target.hasPrefix("/") ? String(target) : "/\(target)",
            headers: headers
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        guard let nextPiece = post.nextPiece else {
            write(post.body[...], context)
            return end(context)
        }
        context.flush()
        sendPieces(of: post.body, nextPiece, number: next.number, context)
    }

    private func write(_ bytes: ArraySlice<UInt8>, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
    }

    private func end(_ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        isWhole = true
    }

    /// Sends a body in pieces, as long as the same POST is served.
    private func sendPieces(
        of body: [UInt8],
        _ nextPiece: @escaping Post.NextPiece,
        number: UInt64,
        _ context: ChannelHandlerContext
    ) {
        let (eventLoop, this) = (context.eventLoop, NIOLoopBound(self, eventLoop: context.eventLoop))
        Task {
            var sent = 0
            while sent < body.count {
                let size = try? await nextPiece(sent)
                let piece = size.map { body[sent..<min(body.count, sent + max(1, $0))] }
                let goesOn = try? await eventLoop.submit { this.value.send(piece, of: number, size: body.count) }.get()
                guard goesOn == true, let piece else { return }
                sent = piece.endIndex
            }
        }
    }

    /// Sends the next piece of a body and returns whether the POST goes on; without a piece it breaks the body off.
    private func send(_ piece: ArraySlice<UInt8>?, of number: UInt64, size: Int) -> Bool {
        guard case .busy = state, exchange?.number == number, let context else { return false }
        guard let piece else {
            fail(.unknown, "the body broke off")
            return false
        }
        write(piece, context)
        if piece.endIndex == size { end(context) } else { context.flush() }
        return true
    }

    // MARK: Answers

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .busy):
            state = .draining(
                isKeptAlive: head.isKeepAlive,
                bytes: Self.drainedBytes,
                until: .now() + Self.drainTime
            )
            let fields = HeaderFields(head.headers.map { ($0.name, $0.value) })
            exchange?.end(.success(IncomingResponse(status: Int(head.status.code), headers: fields)))
            exchange = nil
        case (.body(let part), .draining(let isKeptAlive, let bytes, let until)):
            guard part.readableBytes <= bytes else { return close() }
            state = .draining(isKeptAlive: isKeptAlive, bytes: bytes - part.readableBytes, until: until)
        case (.end, .draining(let isKeptAlive, _, _)):
            guard isKeptAlive, isWhole else { return close() }
            state = .idle
            pool.isFree(self)
        default: close()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(error) }

    func channelInactive(context: ChannelHandlerContext) {
        guard case .connecting = state else {
            return fail(.unknown, "the connection was closed before the answer was complete")
        }
        // An error that says why the handshake failed may come right after this.
        context.eventLoop.assumeIsolated().execute {
            self.fail(.notSent, "the connection was closed before it was established")
        }
    }

    /// Ends what has taken too long.
    func look(at now: NIODeadline, idleTime: TimeAmount) {
        switch state {
        case .connecting where now >= connectDeadline: fail(.notSent, "there was no connection in time")
        case .connecting, .busy:
            guard let exchange, now >= exchange.deadline else { return }
            fail(.unknown, isSent ? "there was no answer in time" : "there was no connection in time")
        case .draining(_, _, let until) where now >= until: close()
        case .idle where now >= idleSince + idleTime: close()
        case .idle, .draining, .closed: break
        }
    }

    // MARK: The end

    /// Ends the POST with an error of the libraries, and closes the connection.
    func fail(_ error: any Error) {
        let failure = ExchangeFailure(error, host: peer.host)
        fail(failure.code, failure.message)
    }

    /// Ends the POST with an error, and closes the connection; what was not sent has no unknown outcome.
    func fail(_ code: TransportError.Code, _ message: String) {
        let (failed, wasSent) = (exchange, isSent)
        exchange = nil  // before the connection is closed, which leads back to here
        close()
        failed?.fail(code == .unknown && !wasSent ? .notSent : code, message)
    }

    private var isSent: Bool { if case .connecting = state { false } else { true } }

    private func close() {
        if case .closed = state { return }
        state = .closed
        context?.close(promise: nil)
        pool.isClosed(self)
    }
}
