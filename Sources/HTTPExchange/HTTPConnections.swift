package import Addresses
import AsyncHTTPClient
import Dispatch
import ExactJSON
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import RingbackHome
import Synchronization

/// Connections to servers, and the only place that sets up AsyncHTTPClient.
///
/// A connection must be established within 5 s, TLS included. TLS is 1.2 or newer (RFC 8996), HTTP is 1.1. Redirects
/// are not followed. A connection that fails is not retried here: retries are counted by the caller.
///
/// Without TLS a request leaves on a loopback connection only, unless ``ClearText`` has its host. What counts is the
/// address that was dialled, so it does not matter what a name stands for.
package struct HTTPConnections: Sendable {
    /// How a request leaves this machine, if it does.
    private enum ProxyUse: Hashable {
        case direct
        /// Without TLS, on a loopback connection.
        case local
        case through(ProxySettings.Proxy)
    }

    private let clients: [ProxyUse: HTTPClient]
    private let proxies: ProxySettings
    /// Why no authority of this machine is trusted.
    private let trustProblem: String?

    /// The largest answer that is decompressed, in bytes.
    private static let largestDecompressed = 1 << 20
    /// How long the end of the connections is waited for: one that is being made ends only at its own time limit.
    private static let farewell = Duration.milliseconds(200)

    /// Opens nothing yet; call ``shutDown()`` at the end.
    ///
    /// - Parameters:
    ///   - settings: proxies and further authorities.
    ///   - addresses: the address to dial instead of looking up a name. TLS and `Host` still use the name.
    package init(
        _ settings: ConnectionSettings = ConnectionSettings(),
        addresses: [String: IPAddress] = [:]
    ) {
        let (tls, problem) = settings.tls()
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(5)),
            proxy: nil,
            decompression: .enabled(limit: .size(Self.largestDecompressed))
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        // Shorter than servers keep an idle connection: a create on a connection that is closing has an unknown outcome.
        configuration.connectionPool.idleTimeout = .seconds(10)
        configuration.dnsOverride = addresses.mapValues(\.description)
        var clients = [ProxyUse.direct: HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)]
        for proxy in settings.proxies.all {
            configuration.proxy = .server(
                host: proxy.host,
                port: proxy.port,
                authorization: proxy.user.map { .basic(username: $0, password: proxy.password?.exposed ?? "") }
            )
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            clients[.through(proxy)] = client
        }
        configuration.proxy = nil
        configuration.http1_1ConnectionDebugInitializer = { $0.requireLoopback() }
        clients[.local] = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.clients = clients
        (proxies, trustProblem) = (settings.proxies, problem)
    }

    /// Closes all connections; requests in progress fail.
    package func shutDown() async {
        let (ends, end) = AsyncStream<Void>.makeStream()
        for client in clients.values { client.shutdown(queue: .global()) { _ in end.yield() } }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in ends.prefix(clients.count) {} }
            group.addTask { try? await Task.sleep(for: Self.farewell) }
            await group.next()
            group.cancelAll()
        }
    }

    private func way(to url: HTTPURL?) -> ProxyUse {
        guard let url else { return .direct }
        if url.scheme == "http", !ClearText.hosts.contains(url.host) { return .local }
        return proxies.proxy(for: url).map(ProxyUse.through) ?? .direct
    }

    /// Sends a request; see ``HTTPTransport``.
    package func send(_ request: OutgoingRequest) async throws(TransportError) -> IncomingResponse {
        let (sent, limit) = (SentFlag(), request.maxResponseBytes)
        return try await Self.racing(request.timeout, sent) { () throws(TransportError) in
            let response = try await execute(request, sent)
            var result = IncomingResponse(response)
            do {
                for try await part in response.body {
                    guard result.body.count + part.readableBytes <= limit else {
                        throw TransportError(.responseTooLarge, "the answer is larger than \(limit) bytes")
                    }
                    result.body.append(contentsOf: part.readableBytesView)
                }
            } catch {
                throw sent.error(ExchangeFailure(error))
            }
            return result
        }
    }

    /// Sends a request and waits for the head of its response.
    private func execute(_ request: OutgoingRequest, _ sent: SentFlag) async throws(TransportError)
        -> HTTPClientResponse
    {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for field in request.headers.fields { outgoing.headers.add(name: field.name, value: field.value) }
        if request.body.isEmpty {
            // The library does not say when the request leaves, so it counts as sent from the start.
            sent.set()
        } else {
            let body = WatchedBody(bytes: request.body, sent: sent)
            outgoing.body = .stream(body, length: .known(Int64(request.body.count)))
        }
        let url = HTTPURL(request.url)
        let way = way(to: url)
        guard let client = clients[way] else {
            throw TransportError(.notSent, "there is no way to \(url?.host ?? "it")")
        }
        do {
            let response = try await client.execute(outgoing, deadline: .now() + TimeAmount(request.timeout))
            sent.set()
            return response
        } catch {
            throw sent.error(failure(error, way, url))
        }
    }

    /// Ends an exchange after a time, because the client's own deadline covers only the head of the response.
    private static func racing(
        _ timeout: Duration,
        _ sent: SentFlag,
        _ exchange: @escaping @Sendable () async throws(TransportError) -> IncomingResponse
    ) async throws(TransportError) -> IncomingResponse {
        let result = await withTaskGroup(of: Result<IncomingResponse, TransportError>?.self) { group in
            group.addTask {
                do throws(TransportError) { return .success(try await exchange()) } catch { return .failure(error) }
            }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        if case .success(let response) = result { return response }
        if Task.isCancelled { throw sent.error(.cancelled, "cancelled") }
        guard let result else { throw sent.error(.unknown, "it did not come within \(timeout.text)") }
        return try result.get()
    }

    /// Why a request got no head of an answer, with what stood in its way.
    private func failure(_ error: any Error, _ way: ProxyUse, _ url: HTTPURL?) -> ExchangeFailure {
        var failure = ExchangeFailure(error, host: url?.host ?? "")
        if failure.code == .untrusted, let trustProblem { failure.message += "; \(trustProblem)" }
        if case .through(let proxy) = way, ![.cancelled, .untrusted].contains(failure.code) {
            // The proxy is set already.
            let words = failure.message.replacing(ExchangeFailure.proxyAdvice, with: "")
            failure.message = "\(proxy.description): \(words)"
        }
        return failure
    }
}

extension HTTPTransport {
    /// Gives a transport over real connections, and closes them when the body returns or throws.
    public static func withConnections<Value>(
        _ settings: ConnectionSettings = ConnectionSettings(),
        _ body: (HTTPTransport) async throws -> Value
    ) async throws -> Value {
        let connections = HTTPConnections(settings)
        let transport = HTTPTransport { (request) throws(TransportError) in try await connections.send(request) }
        let result: Result<Value, any Error>
        do { result = .success(try await body(transport)) } catch { result = .failure(error) }
        await connections.shutDown()
        return try result.get()
    }
}

/// A connection that leaves this machine, although nothing on it would be encrypted.
struct BeyondLoopback: Error {
    var address: String

    /// nil if the other end of a connection is on this machine.
    init?(_ remote: SocketAddress?) {
        address = remote?.ipAddress ?? "an unknown address"
        if IPAddress(address)?.isLoopback == true { return nil }
    }
}

extension Channel {
    /// Fails if the other end of a connection is not on this machine.
    fileprivate func requireLoopback() -> EventLoopFuture<Void> {
        guard let beyond = BeyondLoopback(remoteAddress) else { return eventLoop.makeSucceededVoidFuture() }
        // Later: the client takes a connection that closes before it is refused for one of its own.
        eventLoop.scheduleTask(in: .milliseconds(100)) { self.close(promise: nil) }
        return eventLoop.makeFailedFuture(beyond)
    }
}

extension IncomingResponse {
    /// The head of a response.
    fileprivate init(_ response: HTTPClientResponse) {
        let headers = HeaderFields(response.headers.map { ($0.name, $0.value) })
        self.init(status: Int(response.status.code), headers: headers)
    }
}

/// Whether any of the body was handed to a connection.
///
/// The client's errors do not distinguish a failed handshake from a reset after the request. The body does: it is asked
/// for only once there is a connection.
private final class SentFlag: Sendable {
    private let flag = Mutex(false)

    func set() { flag.withLock { $0 = true } }

    /// An error with this code, or with `notSent` if nothing was sent.
    func error(_ code: TransportError.Code, _ message: String) -> TransportError {
        TransportError(flag.withLock { $0 } ? code : .notSent, message)
    }

    /// The error of a failure; one whose outcome is unknown left nothing if nothing was sent.
    func error(_ failure: ExchangeFailure) -> TransportError {
        failure.code == .unknown ? error(.unknown, failure.message) : TransportError(failure.code, failure.message)
    }
}

/// A body that notes when it is asked for.
private struct WatchedBody: AsyncSequence, AsyncIteratorProtocol, Sendable {
    let bytes: [UInt8]
    let sent: SentFlag
    private var isOver = false

    init(bytes: [UInt8], sent: SentFlag) {
        self.bytes = bytes
        self.sent = sent
    }

    mutating func next() async throws -> ByteBuffer? {
        sent.set()
        defer { isOver = true }
        return isOver ? nil : ByteBuffer(bytes: bytes)
    }

    func makeAsyncIterator() -> WatchedBody { self }
}
