import Addresses
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import RingbackHome
import SimulationClient

/// Connects to a host the way a client would, to find out how far that goes.
struct ConnectionProbe: Sendable {
    /// How far it went.
    enum Outcome: Hashable, Sendable {
        /// The name has no address.
        case unresolved
        /// No connection came about; the reason in words.
        case refused(String)
        /// There is a connection to this address.
        case connected(String)
        /// There is a connection, and the TLS handshake failed; the reason in words.
        case handshakeFailed(String)
    }

    let host: String
    let port: Int
    let timeout: Duration

    /// The place that a URL names.
    init(_ url: HTTPURL, timeout: Duration) {
        host = url.host
        port = url.port ?? (url.scheme == "https" ? 443 : 80)
        self.timeout = timeout
    }

    /// Connects, with a TLS handshake where it is wanted, and hangs up.
    func run(tls: Bool) async -> Outcome {
        let group = MultiThreadedEventLoopGroup.singleton
        let handshake = group.next().makePromise(of: Void.self)
        let bootstrap = ClientBootstrap(group: group).connectTimeout(TimeAmount(timeout)).channelInitializer {
            channel in
            guard tls else { return channel.eventLoop.makeSucceededVoidFuture() }
            return channel.eventLoop.makeCompletedFuture {
                var configuration = TLSConfiguration.makeClientConfiguration()
                configuration.minimumTLSVersion = .tlsv12
                let context = try NIOSSLContext(configuration: configuration)
                let isAddress = (try? SocketAddress(ipAddress: host, port: port)) != nil
                let client = try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
                try channel.pipeline.syncOperations.addHandlers(client, HandshakeWatch(handshake))
            }
        }
        let channel: any Channel
        do {
            channel = try await bootstrap.connect(host: host, port: port).get()
        } catch {
            handshake.fail(error)
            return Self.outcome(of: error)
        }
        defer { channel.close(promise: nil) }
        guard tls else {
            handshake.succeed()
            return .connected(Self.address(of: channel))
        }
        let limit = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) { handshake.fail(ChannelError.eof) }
        defer { limit.cancel() }
        do {
            try await handshake.futureResult.get()
            return .connected(Self.address(of: channel))
        } catch {
            return .handshakeFailed(Self.reason(of: error))
        }
    }

    private static func address(of channel: any Channel) -> String {
        guard let remote = channel.remoteAddress, let host = remote.ipAddress else { return "" }
        return ListenAddress(host: host, port: remote.port ?? 0).authority
    }

    private static func outcome(of error: any Error) -> Outcome {
        if let error = error as? NIOConnectionError {
            guard !error.connectionErrors.isEmpty else { return .unresolved }
            let reasons = error.connectionErrors.map { failure in
                (failure.error as? IOError).map { SystemError.text($0.errnoCode) } ?? "\(failure.error)"
            }
            return .refused(reasons[0])
        }
        if case .connectTimeout? = error as? ChannelError { return .refused("no answer in time") }
        return .refused("\(error)")
    }

    /// The words of a failed handshake.
    static func reason(of error: any Error) -> String {
        if case .eof? = error as? ChannelError { return "no answer to the handshake in time" }
        return TLSFailure.reason(of: error) ?? "\(error)"
    }
}

/// Tells a promise how the handshake went.
private final class HandshakeWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let promise: EventLoopPromise<Void>

    init(_ promise: EventLoopPromise<Void>) { self.promise = promise }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { promise.succeed() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }

    func channelInactive(context: ChannelHandlerContext) { promise.fail(ChannelError.ioOnClosedChannel) }
}
