import NIOCore
import NIOHTTP1

/// Serves a ``DirectRoute`` on its connection, and passes every other request on.
final class DirectRouteHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Something that has to wait until the present request is answered.
    private enum Held {
        case part(HTTPServerRequestPart)
        case event(Any)  // as NIO has it
        case error(any Error)
    }

    private let route: DirectRoute
    private let mailboxes: AnswerMailboxes
    private let deadlines: RequestDeadlineHandler
    /// Where whole answers are written: behind the encoder, which has nothing to do for them.
    private var wire: ChannelHandlerContext?
    private var answers = AnswerBytes()
    private var turns: RequestTurns
    private var held = CircularBuffer<Held>()
    private var wantsRead = false
    /// Whether those who serve the other paths have got something and not been told that this is all for now.
    private var hasPassed = false
    private var context: ChannelHandlerContext?
    private var reply: DirectReply?

    init(
        _ route: DirectRoute,
        mailboxes: AnswerMailboxes,
        deadlines: RequestDeadlineHandler,
        wire: ChannelHandlerContext
    ) {
        self.route = route
        self.mailboxes = mailboxes
        self.deadlines = deadlines
        self.wire = wire
        turns = RequestTurns(route)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        reply = DirectReply(
            NIOLoopBound(self, eventLoop: context.eventLoop),
            mailbox: mailboxes.mailbox(for: context.eventLoop)
        )
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        wire = nil
        reply = nil  // which knows the handler
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if held.isEmpty { take(part, context) } else { held.append(.part(part)) }
    }

    private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch turns.receive(part) {
        case .none: break
        case .pass:
            hasPassed = true
            context.fireChannelRead(wrapInboundOut(part))
        case .hold: held.append(.part(part))
        case .answer(let answer): write(answer, context)
        case .close: context.close(promise: nil)
        case .serve(let headers, let body):
            guard let reply else { return }
            route.serve(RequestFields(headers), Array(body.readableBytesView), reply)
        }
    }

    /// Serves a request of the route that came past the decoder; `false` where it is not its turn, or is too large.
    func tryToServe(_ request: PlainRequest) -> Bool {
        guard let reply, turns.isFree, held.isEmpty, request.body.count <= route.maximumBody else { return false }
        deadlines.receivedWhole(request.body.count)
        turns.serve()
        route.serve(request.fields, request.body, reply)
        return true
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard hasPassed else { return }
        hasPassed = false
        context.fireChannelReadComplete()
    }

    /// Nothing more is read while something waits for its turn: so what waits is what one read has brought.
    func read(context: ChannelHandlerContext) {
        if held.isEmpty { context.read() } else { wantsRead = true }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The end of the client's sending, or of the server, comes after the requests before it.
        if turns.isServing || !held.isEmpty {
            held.append(.event(event))
        } else {
            if event as? ChannelEvent == .inputClosed { refuseBroken(context) }
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if turns.isServing || !held.isEmpty {
            held.append(.error(error))
        } else if !refuseBroken(context) {
            context.fireErrorCaught(error)
        }
    }

    /// Answers a request of the route whose body breaks off.
    @discardableResult
    private func refuseBroken(_ context: ChannelHandlerContext) -> Bool {
        guard let answer = turns.broke() else { return false }
        write(answer, context)
        return true
    }

    // MARK: Answers

    /// Sends the answer to the request that is being served; nothing where the connection is gone.
    func answer(_ answer: DirectAnswer) {
        guard let context, turns.isServing else { return }
        turns.answered()
        write(answer, context)
        goOn(context)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(data, promise: promise)
        guard case .end = unwrapOutboundIn(data) else { return }
        turns.otherAnswered()
        // The writer flushes what it has just written before anything of the next request may go out.
        if !held.isEmpty || wantsRead {
            context.flush()
            goOn(context)
        }
    }

    private func write(_ answer: DirectAnswer, _ context: ChannelHandlerContext) {
        let bytes = answers.bytes(of: answer, isLast: !turns.isKeptAlive, hasBody: !turns.isHead)
        deadlines.answered()
        wire?.writeAndFlush(NIOAny(IOData.byteBuffer(bytes)), promise: nil)
        // With a request that is still coming, a close now would reset the connection before the answer is read.
        if !turns.isKeptAlive, turns.isFree { context.close(promise: nil) }
    }

    /// Takes what has waited, as far as its turn has come.
    private func goOn(_ context: ChannelHandlerContext) {
        while !turns.isBusy, let next = held.popFirst() {
            switch next {
            case .part(let part): take(part, context)
            case .event(let event):
                if event as? ChannelEvent == .inputClosed { refuseBroken(context) }
                context.fireUserInboundEventTriggered(event)
            case .error(let error): if !refuseBroken(context) { context.fireErrorCaught(error) }
            }
        }
        channelReadComplete(context: context)
        guard held.isEmpty, wantsRead else { return }
        wantsRead = false
        context.read()
    }
}
