import ExactJSON
package import NIOCore
package import NIOHTTP1
import SimulationAPI

/// Refuses what is not a request of HTTP/1.1, and ends a connection whose request does not arrive in time.
///
/// It stands before everything that serves a connection, so that all servers refuse alike: in the order of the requests,
/// as problems. See ``RequestPace`` for the times and ``HeadDemands`` for the rules. A connection has one timer. When it
/// fires, the handler checks whether it still waits for something. So a request that arrives in one read costs nothing.
package final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias InboundOut = HTTPServerRequestPart
    package typealias OutboundIn = HTTPServerResponsePart
    package typealias OutboundOut = HTTPServerResponsePart

    /// The last answer of a connection.
    private struct Refusal {
        var problem: Problem
        /// How many requests before the refused one wait for their answer.
        var answersBefore: Int
        /// Whether the rest of the request is not read, so that the connection can be closed.
        var isInputOver: Bool
    }

    private let limits: ConnectionLimits
    private let onRefusal: @Sendable (Problem) -> Void
    private var pace: RequestPace
    /// How the connection goes on after each request that has begun and is not answered, the oldest first.
    private var unanswered = CircularBuffer<HeadDemands.Persistence>()
    /// Whether an answer has begun and not ended.
    private var isAnswering = false
    /// Whether the newest request waits for `100 Continue` before it sends its body.
    private var isContinueAwaited = false
    private var isHead = false
    /// What waits for the answers before it.
    private var refusal: Refusal?
    /// Whether a refusal is, or will be, the last answer; what arrives is discarded.
    private var isRefusing = false
    /// Whether a part has arrived since the last read began.
    private var hasReadPart = false
    private var timer: (deadline: NIODeadline, task: Scheduled<Void>)?
    private var context: ChannelHandlerContext?

    init(_ limits: ConnectionLimits, _ onRefusal: @escaping @Sendable (Problem) -> Void) {
        self.limits = limits
        self.onRefusal = onRefusal
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

    // MARK: Requests

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasReadPart = true
        let part = unwrapInboundIn(data)
        guard !isRefusing else { return discard(part, context) }
        switch part {
        case .head(var head):
            pace.head(at: .now())
            let demands = HeadDemands(head)
            unanswered.append(demands.persistence)
            (isContinueAwaited, isHead) = (demands.expectsContinue, head.method == .HEAD)
            if let problem = demands.refusal { return refuse(problem, isInputOver: false) }
            if demands.persistence == .close {
                // Those that serve know the field and not the version.
                head.headers.replaceOrAdd(name: "Connection", value: "close")
                return context.fireChannelRead(wrapInboundOut(.head(head)))
            }
        case .body: isContinueAwaited = false
        case .end: pace.end()
        }
        context.fireChannelRead(data)
        if unanswered.isEmpty { pace.answered(at: .now()) }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        // Bytes without a part are the beginning of a head.
        if !hasReadPart { pace.read(at: .now()) }
        hasReadPart = false
        if pace.isIncomplete { arm(context) }
        context.fireChannelReadComplete()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        guard !isRefusing else { return }
        // A body that breaks off is refused by what reads it.
        if error == .invalidEOFState, pace.isInBody { return context.fireErrorCaught(error) }
        refuse(.unreadable(error), isInputOver: true)
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard isRefusing else { return context.fireUserInboundEventTriggered(event) }
        if refusal == nil { context.close(promise: nil) }
    }

    /// The body of the newest request is going to be read, so that its sender may go on.
    package func wantBody() {
        guard isContinueAwaited, !isRefusing, let context else { return }
        isContinueAwaited = false
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    package func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        guard event is BodyWanted else { return context.triggerUserOutboundEvent(event, promise: promise) }
        wantBody()
        promise?.succeed(())
    }

    // MARK: Answers

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isRefusing, refusal == nil {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            (isAnswering, isContinueAwaited) = (true, false)
            if let field = unanswered.first?.field {
                head.headers.replaceOrAdd(name: "Connection", value: field)
                return context.write(wrapOutboundOut(.head(head)), promise: promise)
            }
            context.write(data, promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            context.write(data, promise: promise)
            answered()
        }
    }

    /// An answer has been sent, through this handler or past it.
    package func answered() {
        (isAnswering, isContinueAwaited) = (false, false)
        _ = unanswered.popFirst()
        if unanswered.isEmpty { pace.answered(at: .now()) }
        refusal?.answersBefore -= 1
        sendRefusal()
        if timer == nil, !isRefusing, let context { arm(context) }
    }

    package func channelInactive(context: ChannelHandlerContext) {
        disarm()
        context.fireChannelInactive()
    }

    // MARK: Refusals

    /// Makes a problem the last answer of the connection, after those of the requests before.
    private func refuse(_ problem: Problem, isInputOver: Bool) {
        let hasBegun = pace.isInBody
        isRefusing = true
        // A request may be answered before it is complete (413). It gets no second answer.
        guard !hasBegun || !unanswered.isEmpty && !(isAnswering && unanswered.count == 1) else {
            context?.close(promise: nil)
            return
        }
        onRefusal(problem)
        refusal = Refusal(
            problem: problem,
            answersBefore: unanswered.count - (hasBegun ? 1 : 0),
            isInputOver: isInputOver
        )
        sendRefusal()
        // What waits for the body must not wait for ever.
        if hasBegun, isInputOver { context?.fireErrorCaught(HTTPParserError.invalidEOFState) }
    }

    private func sendRefusal() {
        guard let context, let refusal, refusal.answersBefore <= 0 else { return }
        self.refusal = nil
        let body = ByteBuffer(bytes: refusal.problem.json.bytes)
        var headers: HTTPHeaders = [
            "Content-Type": Problem.mediaType, "Content-Length": "\(body.readableBytes)", "Connection": "close",
        ]
        for (name, value) in ServiceResponse.privateFields { headers.add(name: name, value: value) }
        let head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: refusal.problem.status),
            headers: headers
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        guard pace.isInBody, !refusal.isInputOver else { return context.close(promise: nil) }
        // Closing before the rest has arrived would reset the connection before its answer is read.
        let isHalfClosed = context.eventLoop.makePromise(of: Void.self)
        isHalfClosed.futureResult.assumeIsolated().whenFailure { _ in context.close(promise: nil) }
        context.close(mode: .output, promise: isHalfClosed)
    }

    /// Waits for the end of a request that is refused.
    private func discard(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        guard case .end = part else { return }
        pace.end()
        if refusal == nil { context.close(promise: nil) }
    }

    // MARK: Times

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
        case .timeOut where !isRefusing: refuse(.requestTimeout(limits), isInputOver: true)
        case .timeOut, .close: context.close(promise: nil)
        }
    }

    private func disarm() {
        timer?.task.cancel()
        timer = nil
    }
}

/// Says through a channel that the body of a request is going to be read; see ``RequestGuard/wantBody()``.
struct BodyWanted: Sendable {}
