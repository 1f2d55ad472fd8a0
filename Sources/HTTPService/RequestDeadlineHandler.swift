package import NIOCore
package import NIOHTTP1

/// Ends a connection whose request does not arrive in time; see ``RequestPace``.
///
/// A connection has one timer. When it fires, the handler checks whether it still waits for something. So a request that
/// arrives in one read costs nothing.
package final class RequestDeadlineHandler: ChannelDuplexHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias InboundOut = HTTPServerRequestPart
    package typealias OutboundIn = HTTPServerResponsePart
    package typealias OutboundOut = HTTPServerResponsePart

    private let limits: ConnectionLimits
    private var pace: RequestPace
    private var isAnswered = false
    /// Whether a part has arrived since the last read began.
    private var hasReadPart = false
    private var timer: (deadline: NIODeadline, task: Scheduled<Void>)?
    private var context: ChannelHandlerContext?

    init(_ limits: ConnectionLimits) {
        self.limits = limits
        pace = RequestPace(limits, at: .now())
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        pace = RequestPace(limits, at: .now())
        arm(context)
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        disarm()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
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

    package func channelReadComplete(context: ChannelHandlerContext) {
        // Bytes without a part are the beginning of a head.
        if !hasReadPart, pace.read(at: .now()) { isAnswered = false }
        hasReadPart = false
        if pace.isIncomplete { arm(context) }
        context.fireChannelReadComplete()
    }

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head: isAnswered = true
        case .body: break
        case .end: answered()
        }
        context.write(data, promise: promise)
    }

    /// An answer has been sent, through this handler or past it.
    package func answered() {
        isAnswered = true
        pace.answered(at: .now())
        if timer == nil, let context { arm(context) }
    }

    package func channelInactive(context: ChannelHandlerContext) {
        disarm()
        context.fireChannelInactive()
    }

    /// Makes sure that the connection is checked when its time is up.
    private func arm(_ context: ChannelHandlerContext) {
        switch pace.check(at: .now()) {
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
            // A request may be answered before it is complete (413). It gets no second answer.
            if !isAnswered { writeEmpty(.requestTimeout) }
            context.close(promise: nil)
        case .close: context.close(promise: nil)
        }
    }

    private func disarm() {
        timer?.task.cancel()
        timer = nil
    }

    /// Writes an answer without a body that announces the end of the connection.
    package func writeEmpty(_ status: HTTPResponseStatus) {
        guard let context else { return }
        let headers: HTTPHeaders = ["Connection": "close", "Content-Length": "0"]
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
