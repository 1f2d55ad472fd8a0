import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends a connection whose request has not come whole in time.
///
/// An idle timer is reset by every byte, so a client that trickles could hold a connection for ever; this deadline
/// counts from the head of the request to its end.
final class RequestDeadlineHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    private let limit: TimeAmount
    private var isIncomplete = false
    private var timer: Scheduled<Void>?

    init(limit: TimeAmount) { self.limit = limit }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: isIncomplete = true
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
                let headers: HTTPFields = [.connection: "close", .contentLength: "0"]
                context.write(
                    self.wrapOutboundOut(.head(HTTPResponse(status: .requestTimeout, headerFields: headers))),
                    promise: nil
                )
                context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
                context.close(promise: nil)
            }
        }
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }
}
