import HTTPService
import NIOCore
import NIOHTTP1

/// Serves an ``EventRoute`` on a connection.
///
/// With ``EventRoute/otherPath`` it serves all requests of the connection. Without, it leaves the pipeline as soon as a
/// request asks for another path.
final class EventConnection: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Something that waits until the present request is answered.
    private enum Held {
        case part(HTTPServerRequestPart)
        case event(Any)  // as NIO has it
        case error(any Error)
    }

    private let route: EventRoute
    private let queue: AnswerQueue
    private var answers = AnswerBytes()
    private var requests: RequestSequence
    private var held = CircularBuffer<Held>()
    private var wantsRead = false
    private var context: ChannelHandlerContext?
    private var reply: EventReply?
    private var requestGuard: RequestGuard?
    /// Where answers are written: behind the encoder, since they are encoded already.
    private var wire: ChannelHandlerContext?

    init(_ route: EventRoute, _ queue: AnswerQueue) {
        self.route = route
        self.queue = queue
        requests = RequestSequence(route)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        self.context = context
        reply = EventReply(NIOLoopBound(self, eventLoop: context.eventLoop), queue)
        do {
            requestGuard = try pipeline.handler(type: RequestGuard.self)
            wire = try pipeline.context(handlerType: HTTPResponseEncoder.self)
        } catch {
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // Each of them refers to this handler, directly or through the pipeline.
        (self.context, wire, reply, requestGuard) = (nil, nil, nil, nil)
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        take(.part(unwrapInboundIn(data)), context)
    }

    /// The next handler has received nothing that could be complete.
    func channelReadComplete(context: ChannelHandlerContext) {}

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) { take(.event(event), context) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { take(.error(error), context) }

    /// The end of the client's sending, or of the server, and errors come after the requests before them.
    private func take(_ next: Held, _ context: ChannelHandlerContext) {
        if requests.isServing || !held.isEmpty { held.append(next) } else { process(next, context) }
    }

    private func process(_ next: Held, _ context: ChannelHandlerContext) {
        switch next {
        case .part(let part):
            switch requests.receive(part) {
            case .none: if case .head = part { requestGuard?.wantBody() }
            case .answer(let answer): write(answer, context)
            case .close: context.close(promise: nil)
            case .serve(let headers, let body):
                if let reply { route.serve(DeliveryHeaders(headers), Array(body.readableBytesView), reply) }
            case .handOver: handOver(next, context)
            }
        case .event(let event):
            let isEnd = event as? ChannelEvent == .inputClosed
            if isEnd, refuseIncomplete(context) { return }
            if route.otherPath == nil {
                context.fireUserInboundEventTriggered(event)
            } else if isEnd || event is ChannelShouldQuiesceEvent {
                context.close(promise: nil)
            }
        case .error(let error):
            if refuseIncomplete(context) { return }
            if route.otherPath == nil {
                context.fireErrorCaught(error)
            } else {
                context.close(promise: nil)
            }
        }
    }

    /// Answers a request whose body breaks off.
    private func refuseIncomplete(_ context: ChannelHandlerContext) -> Bool {
        guard let answer = requests.inputEnded() else { return false }
        write(answer, context)
        return true
    }

    /// Leaves the connection to the next handler, with all that has arrived and not been served.
    private func handOver(_ first: Held, _ context: ChannelHandlerContext) {
        held.prepend(first)
        while let next = held.popFirst() {
            switch next {
            case .part(let part): context.fireChannelRead(wrapInboundOut(part))
            case .event(let event): context.fireUserInboundEventTriggered(event)
            case .error(let error): context.fireErrorCaught(error)
            }
        }
        context.fireChannelReadComplete()
        if wantsRead { context.read() }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    /// Nothing more is read while something waits, so that one read bounds how much waits.
    func read(context: ChannelHandlerContext) {
        if held.isEmpty { context.read() } else { wantsRead = true }
    }

    // MARK: Answers

    /// Sends the answer to the request that is being served; does nothing if the connection is closed.
    func answer(_ answer: EncodedAnswer) {
        guard let context, requests.isServing else { return }
        requests.answered()
        write(answer, context)
        while !requests.isServing, context.channel.isActive, let next = held.popFirst() { process(next, context) }
        guard held.isEmpty, wantsRead, self.context != nil else { return }
        wantsRead = false
        context.read()
    }

    private func write(_ answer: EncodedAnswer, _ context: ChannelHandlerContext) {
        let bytes = answers.bytes(of: answer, connection: requests.connection, hasBody: !requests.isHead)
        wire?.writeAndFlush(NIOAny(IOData.byteBuffer(bytes)), promise: nil)
        requestGuard?.answered()
        if requests.isOver { context.close(promise: nil) }
    }
}
