import Addresses
import ExactJSON
import HTTPExchange
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import RingbackHome
import SimulationAPI
import SimulationClient
import Synchronization

/// Sends the requests that create nothing: for a token, and for a list by a tag that no simulation has.
struct RemoteProbe: Sendable {
    let base: HTTPURL
    private let remote: RemoteTarget
    private let client: SimulationClient
    private let log: ExchangeLog
    private let timeout: Duration

    /// Prepares the requests; `nil` if the base URL is malformed, which ``SimulationClient/Target`` has ruled out.
    init?(_ remote: RemoteTarget, transport: HTTPTransport, timeout: Duration) {
        guard let base = HTTPURL(remote.target.baseURL) else { return nil }
        self.base = base
        self.remote = remote
        self.timeout = timeout
        log = ExchangeLog(tokenURL: remote.target.tokenURL)
        client = SimulationClient(
            target: remote.target,
            credentials: remote.credentials,
            capabilities: remote.capabilities,
            retryPolicy: .once,
            version: Run.version,
            hiding: remote.connections.proxies.secrets,
            environment: ClientEnvironment(transport: log.watching(transport))
        )
    }

    /// Whether the token endpoint is reached over the base's own address.
    var asksOneHost: Bool { HTTPURL(remote.target.tokenURL)?.origin == base.origin }

    private var scopes: Scopes { Scopes(wanted: remote.credentials.scope, granted: log.notes.grant?.scope) }

    /// The proxy that makes the connections to the base.
    private var proxy: ProxySettings.Proxy? { remote.connections.proxies.proxy(for: base) }

    func address() async -> Finding {
        guard let proxy else { return .address(base, await ConnectionProbe(base, timeout: timeout).run()) }
        let probe = ConnectionProbe(host: proxy.host, port: proxy.port, timeout: timeout)
        return .proxy(proxy, await probe.run())
    }

    func tls() async -> Finding {
        guard base.scheme == "https" else {
            guard proxy == nil, !ClearText.hosts.contains(base.host) else { return .tls(base, nil) }
            return .tls(base, await ConnectionProbe(base, timeout: timeout).run())
        }
        guard proxy == nil else { return .ok("the proxy connects to \(base.host); the token check does the handshake") }
        let (configuration, problem) = remote.connections.tls()
        let reach = await ConnectionProbe(base, timeout: timeout).run(tls: configuration)
        return .tls(base, reach, problem: problem)
    }

    func token() async -> Finding {
        let wanted = remote.credentials.scope
        do { _ = try await client.authenticate(until: client.timeline.after(timeout)) } catch {
            return .token(wanted: wanted, grant: nil, error: error)
        }
        return .token(wanted: wanted, grant: log.notes.grant, oddity: client.tokenOddity, error: nil)
    }

    func readScope() async -> Finding {
        guard remote.capabilities.listByTag else {
            return .scope("read scope", .simulationsRead, for: "tracking a simulation", scopes)
        }
        let tag = "ringback-doctor-\(ClientEnvironment.randomRequestID())"
        do {
            let found = try await client.list(tag: tag, until: client.timeline.after(timeout))
            return .read(found: found.count, error: nil)
        } catch {
            return .read(found: 0, error: error)
        }
    }

    func writeScope() -> Finding { .scope("write scope", .simulationsWrite, for: "creating a simulation", scopes) }

    func metricsScope() -> Finding { .scope("metrics scope", .metricsRead, for: "storing the metrics", scopes) }

    func clock() -> Finding { .clock(log.notes.readings, answers: log.notes.answers) }
}

/// Notes from answers the time of the other side's clock, and the scopes of a token.
final class ExchangeLog: Sendable {
    struct Notes {
        var readings: [ClockReading] = []
        var answers = 0
        /// The last token that was granted.
        var grant: TokenAnswer?
    }

    private let tokenURL: String
    private let state = Mutex(Notes())

    init(tokenURL: String) { self.tokenURL = tokenURL }

    var notes: Notes { state.withLock { $0 } }

    func watching(_ transport: HTTPTransport) -> HTTPTransport {
        HTTPTransport { (request) throws(TransportError) in
            let began = WallClock.now
            let response = try await transport.send(request)
            self.saw(request, response, ClockReading.Span(began: began, ended: WallClock.now))
            return response
        }
    }

    private func saw(_ request: OutgoingRequest, _ response: IncomingResponse, _ span: ClockReading.Span) {
        let date = response.headers["Date"].flatMap { HTTPDate($0) }
        let isGrant = request.url == tokenURL && (200...299).contains(response.status)
        let grant = isGrant ? response.document.flatMap { TokenAnswer(json: $0) } : nil
        state.withLock { state in
            state.answers += 1
            if let date { state.readings.append(ClockReading(remoteSeconds: date.seconds, span: span)) }
            if let grant { state.grant = grant }
        }
    }
}

/// Connects to a host as a client would, to find out how far that goes.
struct ConnectionProbe: Sendable {
    enum Reach: Hashable, Sendable {
        /// The name has no address.
        case unresolved
        case refused(String)
        /// There is a connection to this address.
        case connected(String)
        /// There is a connection, and the TLS handshake failed for this reason.
        case handshakeFailed(String)
    }

    let host: String
    let port: Int
    let timeout: Duration

    init(host: String, port: Int, timeout: Duration) { (self.host, self.port, self.timeout) = (host, port, timeout) }

    init(_ url: HTTPURL, timeout: Duration) {
        self.init(host: url.host, port: url.port ?? (url.scheme == "https" ? 443 : 80), timeout: timeout)
    }

    /// Connects, does a TLS handshake if there are settings for one, and disconnects.
    func run(tls: TLSConfiguration? = nil) async -> Reach {
        let group = MultiThreadedEventLoopGroup.singleton
        let handshake = group.next().makePromise(of: Void.self)
        let bootstrap = ClientBootstrap(group: group).connectTimeout(TimeAmount(timeout)).channelInitializer {
            channel in
            guard let tls else { return channel.eventLoop.makeSucceededVoidFuture() }
            return channel.eventLoop.makeCompletedFuture {
                let context = try NIOSSLContext(configuration: tls)
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
        guard tls != nil else {
            handshake.succeed()
            return .connected(Self.address(of: channel))
        }
        let limit = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) { handshake.fail(ChannelError.eof) }
        defer { limit.cancel() }
        do {
            try await handshake.futureResult.get()
            return .connected(Self.address(of: channel))
        } catch {
            return .handshakeFailed(Self.reason(of: error, host: host))
        }
    }

    private static func address(of channel: any Channel) -> String {
        guard let remote = channel.remoteAddress, let host = remote.ipAddress else { return "" }
        return ListenAddress(host: host, port: remote.port ?? 0).authority
    }

    private static func outcome(of error: any Error) -> Reach {
        if let error = error as? NIOConnectionError, error.connectionErrors.isEmpty { return .unresolved }
        if case .connectTimeout? = error as? ChannelError { return .refused("no answer in time") }
        return .refused(ExchangeFailure(error).message)
    }

    static func reason(of error: any Error, host: String = "") -> String {
        if case .eof? = error as? ChannelError { return "no answer to the handshake in time" }
        if error as? NIOSSLExtraError == .failedToValidateHostname { return "the certificate is not for \(host)" }
        let system = (error as? IOError).map { SystemError.text($0.errnoCode) }
        return TLSFailure.reason(of: error) ?? system ?? "the other side broke it off"
    }
}

/// Reports to a promise how the handshake went.
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
