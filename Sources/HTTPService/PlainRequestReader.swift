import NIOCore

/// Takes requests of a direct route past the decoder as long as each comes whole, plain and in its turn.
///
/// The first bytes that are anything else are the decoder's, and so are all after them: this handler then leaves the
/// connection for good, so that nobody has to tell where the decoder stands.
final class PlainRequestReader: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let start: PlainRequest.Start
    private let direct: DirectRouteHandler
    /// Whether the decoder has got nothing of what has been read.
    private var hasTaken = false

    init(_ route: DirectRoute, _ direct: DirectRouteHandler) {
        start = PlainRequest.Start(path: route.path)
        self.direct = direct
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasTaken = PlainRequest(unwrapInboundIn(data), start).map(direct.tryToServe) ?? false
        guard !hasTaken else { return }
        context.fireChannelRead(data)
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // To those behind, this has not been a read at all; nor need they be asked whether there should be another.
        if hasTaken { context.read() } else { context.fireChannelReadComplete() }
    }
}
