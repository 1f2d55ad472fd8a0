import ExactJSON
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A monitor that answers at once, as small as it can be: what is measured is not the receiver.
final class Receiver: Sendable {
    private let channel: any Channel
    private let state: Log

    private init(_ channel: any Channel, _ state: Log) {
        self.channel = channel
        self.state = state
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    /// Requests so far.
    var count: Int { state.latencies.withLock { $0.count } }
    /// Milliseconds from the making of an event to its arrival.
    var latencies: [Int64] { state.latencies.withLock { $0 } }

    static func start() async throws -> Receiver {
        let log = Log()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(log))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return Receiver(channel, log)
    }

    func stop() async throws { try await channel.close() }

    private final class Log: Sendable {
        let latencies = Mutex<[Int64]>([])
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        private let log: Log

        init(_ log: Log) { self.log = log }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                let made = head.headers["webhook-id"].first?.split(separator: "_").last.flatMap { Int64($0) } ?? 0
                log.latencies.withLock { $0.append(WallClock.now.milliseconds - made) }
            case .body: break
            case .end:
                let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "0"])
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}

/// A port that takes connections and never says a word.
final class Hole: Sendable {
    let port: Int
    private let channel: any Channel

    init() throws {
        channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0).wait()
        port = channel.localAddress?.port ?? 0
    }
}
