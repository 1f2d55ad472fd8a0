import NIOCore
import NIOHTTP1

/// Ends a connection whose request does not come in time; see ``RequestPace``.
///
/// One timer a connection, which looks when it goes off whether there is still something to wait for. So requests that
/// come whole cost nothing.
final class RequestDeadlineHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let limits: ConnectionLimits
    private var pace: RequestPace
    private var isAnswered = false
    /// Whether a part has come since the last pause.
    private var hasReadPart = false
    private var timer: (deadline: NIODeadline, task: Scheduled<Void>)?
    private var context: ChannelHandlerContext?

    init(_ limits: ConnectionLimits) {
        self.limits = limits
        pace = RequestPace(limits, at: .now())
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        pace = RequestPace(limits, at: .now())
        arm(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        disarm()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasReadPart = true
        switch unwrapInboundIn(data) {
        case .head:
            isAnswered = false
            pace.head(at: .now())
        case .body(let bytes): pace.body(bytes.readableBytes)
        case .end: pace.end()
        }
        context.fireChannelRead(data)
        if isAnswered { pace.answered(at: .now()) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Bytes without any part are the beginning of a head.
        if !hasReadPart, pace.read(at: .now()) { isAnswered = false }
        hasReadPart = false
        if pace.isIncomplete { arm(context) }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head: isAnswered = true
        case .body: break
        case .end: answered()
        }
        context.write(data, promise: promise)
    }

    /// A request has come whole, past this handler.
    func receivedWhole(_ bodyBytes: Int) {
        isAnswered = false
        pace.head(at: .now())
        pace.body(bodyBytes)
        pace.end()
    }

    /// An answer has gone out, by way of this handler or past it.
    func answered() {
        isAnswered = true
        pace.answered(at: .now())
        if timer == nil, let context { arm(context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        disarm()
        context.fireChannelInactive()
    }

    /// Makes sure that somebody looks when the time is up.
    private func arm(_ context: ChannelHandlerContext) {
        switch pace.verdict(at: .now()) {
        case .rest: break
        case .wait(let deadline):
            if let timer, timer.deadline <= deadline { return }
            disarm()
            let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
                self.timer = nil
                self.arm(context)
            }
            timer = (deadline, task)
        case .timeOut:
            // A request may be answered before it has come whole (413); a second answer would be nonsense.
            if !isAnswered { writeTimeout(context) }
            context.close(promise: nil)
        case .close: context.close(promise: nil)
        }
    }

    private func disarm() {
        timer?.task.cancel()
        timer = nil
    }

    private func writeTimeout(_ context: ChannelHandlerContext) {
        let headers: HTTPHeaders = ["connection": "close", "content-length": "0"]
        let head = HTTPResponseHead(version: .http1_1, status: .requestTimeout, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
