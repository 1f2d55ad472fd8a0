import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends a connection whose request has not come whole in time.
///
/// An idle timer is reset by every byte, so a client that trickles could hold a connection for ever; this deadline
/// counts from the head of the request to its end.
final class RequestDeadlineHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limit: TimeAmount
    private var isIncomplete = false
    private var isAnswered = false
    private var timer: Scheduled<Void>?

    init(limit: TimeAmount) { self.limit = limit }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            isIncomplete = true
            isAnswered = false
        case .body: break
        case .end:
            isIncomplete = false
            timer?.cancel()
            timer = nil
        }
        context.fireChannelRead(data)
    }

    /// Starts the timer only for a request that did not come in one piece, so the common case costs nothing.
    func channelReadComplete(context: ChannelHandlerContext) {
        if isIncomplete, timer == nil {
            timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
                // A request may be answered before it has come whole (413); a second answer would be nonsense.
                if !self.isAnswered { self.writeTimeout(context) }
                context.close(promise: nil)
            }
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .head = unwrapOutboundIn(data) { isAnswered = true }
        context.write(data, promise: promise)
    }

    private func writeTimeout(_ context: ChannelHandlerContext) {
        let head = HTTPResponse(
            status: .requestTimeout,
            headerFields: [.connection: "close", .contentLength: "0"]
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }
}
