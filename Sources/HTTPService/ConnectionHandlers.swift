import Addresses
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import Synchronization

/// Puts the handlers of a connection where they see requests before Hummingbird does, and counts connections.
final class ConnectionHandlers: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    typealias InboundOut = Any

    /// The most that is read at a time, in bytes.
    private static let readSize = 16 * 1024

    private let limits: ConnectionLimits
    private let route: DirectRoute?
    private let mailboxes: AnswerMailboxes
    private let census: AddressCensus
    private var address: String?

    init(_ limits: ConnectionLimits, route: DirectRoute?, mailboxes: AnswerMailboxes, census: AddressCensus) {
        self.limits = limits
        self.route = route
        self.mailboxes = mailboxes
        self.census = census
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            // What one read brings is worked off before another connection has its turn: little at a time is fair, and
            // bounds what pipelined requests can pile up.
            let reads = FixedSizeRecvByteBufferAllocator(capacity: Self.readSize)
            try context.channel.syncOptions?.setOption(.recvAllocator, value: reads)
            try context.channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
            // Before the codec, so that a request of the route is never turned into the types of the others.
            let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
            let deadlines = RequestDeadlineHandler(limits)
            try pipeline.addHandler(deadlines, position: .before(codec))
            if let route {
                let wire = try pipeline.context(handlerType: HTTPResponseEncoder.self)
                let direct = DirectRouteHandler(route, mailboxes: mailboxes, deadlines: deadlines, wire: wire)
                try pipeline.addHandler(direct, position: .before(codec))
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
                try pipeline.addHandler(PlainRequestReader(route, direct), position: .before(decoder))
            }
        } catch {
            return context.close(promise: nil)
        }
        guard let most = limits.connectionsPerAddress, let address = context.remoteAddress?.ipAddress,
            !HTTPURL.isLoopback(host: address)
        else { return }
        self.address = address
        if census.enter(address) > most { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if let address { census.leave(address) }
        address = nil
    }
}

/// How many connections there are from each address.
final class AddressCensus: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    /// Counts a connection; gives the number of those from there.
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
