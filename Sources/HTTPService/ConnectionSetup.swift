import Addresses
import HummingbirdCore
import Logging
package import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import SimulationAPI
import Synchronization

/// Handles a connection's requests on its event loop, before Hummingbird or instead of it.
package typealias RequestHandler = @Sendable () -> any RemovableChannelHandler

/// Bounds what a connection may take, counts it, and puts a ``RequestHandler`` in its place.
final class ConnectionSetup: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    typealias InboundOut = Any

    /// The largest read, in bytes.
    private static let readSize = 16 * 1024

    private let limits: ConnectionLimits
    private let handler: RequestHandler?
    private let census: AddressCensus
    private let isExempt: @Sendable (String) -> Bool
    private let onRefusal: @Sendable (Problem) -> Void
    private var address: String?

    init(_ configuration: HTTPServer.Configuration, _ handler: RequestHandler?, _ census: AddressCensus) {
        (limits, isExempt, onRefusal) = (configuration.limits, configuration.isExempt, configuration.onRefusal)
        (self.handler, self.census) = (handler, census)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            // One read is handled completely before the next connection's turn. Small reads are fair, and bound what
            // pipelined requests can pile up.
            let reads = FixedSizeRecvByteBufferAllocator(capacity: Self.readSize)
            try context.channel.syncOptions?.setOption(.recvAllocator, value: reads)
            try context.channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
            // Before Hummingbird's codec, so that what is handled here is never converted to Hummingbird's types.
            let codec = try? pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
            let next: any ChannelHandler = codec ?? self
            try pipeline.addHandler(RequestGuard(limits, onRefusal), position: .before(next))
            if let handler { try pipeline.addHandler(handler(), position: .before(next)) }
        } catch {
            return context.close(promise: nil)
        }
        guard let most = limits.connectionsPerAddress, let address = context.remoteAddress?.ipAddress,
            !HTTPURL.isLoopback(host: address), !isExempt(address)
        else { return }
        self.address = address
        if census.enter(address) > most { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if let address { census.leave(address) }
        address = nil
    }
}

/// Connections that a ``RequestHandler`` serves alone.
struct HandledConnections: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    let headerLimits: NIOHTTPDecoderLimitConfiguration
    let setup: @Sendable () -> ConnectionSetup

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false,
                withErrorHandling: false,
                withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(),
                withDecoderLimitConfiguration: headerLimits
            )
            try pipeline.addHandler(setup())
            return Value(channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async { try? await value.channel.closeFuture.get() }
}

/// The number of connections from each address.
final class AddressCensus: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    /// Counts a connection; returns the number of connections from that address.
    func enter(_ address: String) -> Int {
        counts.withLock { counts in
            counts[address, default: 0] += 1
            return counts[address, default: 0]
        }
    }

    /// A connection has ended.
    func leave(_ address: String) {
        counts.withLock { counts in
            guard let count = counts[address] else { return }
            counts[address] = count > 1 ? count - 1 : nil
        }
    }
}
