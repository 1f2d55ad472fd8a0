import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

extension HTTPTransport {
    /// Gives a transport over real connections, and closes them when the body returns or throws.
    ///
    /// A connection must come about in 5 s, TLS included, and TLS is 1.2 or newer (RFC 8996). HTTP/1.1; redirects are not
    /// followed, no proxy is read from the environment, nothing is decompressed, and a connection that fails is not tried
    /// again here: there is one place that retries, and it counts.
    public static func withAsyncHTTPClient<Value>(
        _ body: (HTTPTransport) async throws -> Value
    ) async throws -> Value {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(5)),
            proxy: nil,
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        // Shorter than servers keep an idle connection: one that is just being closed makes a create doubtful.
        configuration.connectionPool.idleTimeout = .seconds(10)
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            try await body(HTTPTransport(client))
        }
    }

    /// Sends over a client that is configured as ``withAsyncHTTPClient(_:)`` does, and that outlives the transport.
    private init(_ client: HTTPClient) {
        self.init { (request) throws(TransportError) in
            let sent = SentFlag()
            return try await Self.racing(request.timeout, sent) { () throws(TransportError) in
                try await Self.exchange(request, over: client, sent)
            }
        }
    }

    /// Ends an exchange after a time, which the client's own deadline does for the head of the response only.
    private static func racing(
        _ timeout: Duration,
        _ sent: SentFlag,
        _ exchange: @escaping @Sendable () async throws(TransportError) -> HTTPExchange.Response
    ) async throws(TransportError) -> HTTPExchange.Response {
        let result = await withTaskGroup(of: Result<HTTPExchange.Response, TransportError>?.self) { group in
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
        if Task.isCancelled, case .failure = result { throw sent.error(.cancelled, "cancelled") }
        guard let result else {
            throw Task.isCancelled
                ? sent.error(.cancelled, "cancelled") : sent.error(.unknown, "no whole answer within \(timeout.text)")
        }
        return try result.get()
    }

    private static func exchange(
        _ request: HTTPExchange.Request,
        over client: HTTPClient,
        _ sent: SentFlag
    ) async throws(TransportError) -> HTTPExchange.Response {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for field in request.headers.fields { outgoing.headers.add(name: field.name, value: field.value) }
        if !request.body.isEmpty {
            outgoing.body = .stream(
                WatchedBody(bytes: ByteBuffer(bytes: request.body), sent: sent),
                length: .known(Int64(request.body.count))
            )
        }
        // A request without a body has no such moment, so it counts as sent from the start.
        if request.body.isEmpty { sent.set() }
        do {
            let response = try await client.execute(outgoing, deadline: .now() + TimeAmount(request.timeout))
            sent.set()
            var body = ByteBuffer()
            for try await part in response.body {
                guard body.readableBytes + part.readableBytes <= request.maxResponseBytes else {
                    throw TransportError(
                        .responseTooLarge,
                        "the answer is larger than \(request.maxResponseBytes) bytes"
                    )
                }
                body.writeImmutableBuffer(part)
            }
            return HTTPExchange.Response(
                status: Int(response.status.code),
                headers: HeaderFields(response.headers.map { ($0.name, $0.value) }),
                body: Array(body.readableBytesView)
            )
        } catch let error as TransportError {
            throw error
        } catch {
            throw map(error, sent)
        }
    }

    /// What a failure says about the request: an error of connecting, or one before the body left, is no sending.
    private static func map(_ error: any Error, _ sent: SentFlag) -> TransportError {
        let never: [HTTPClientError] = [
            .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout, .invalidURL, .emptyHost,
            .emptyScheme, .alreadyShutdown,
        ]
        let text = (error as? HTTPClientError)?.shortDescription ?? TLSFailure.text(of: error) ?? "\(error)"
        if let known = error as? HTTPClientError, never.contains(known) { return TransportError(.notSent, text) }
        return sent.error(.unknown, text)
    }
}

/// Whether any of the body was handed to a connection.
///
/// The errors of the client do not tell a failed handshake from a reset answer; the body does, for it is asked for
/// only once there is a connection.
private final class SentFlag: Sendable {
    private let flag = Mutex(false)

    func set() { flag.withLock { $0 = true } }

    /// The error, or the one of a request of which nothing was sent.
    func error(_ code: TransportError.Code, _ message: String) -> TransportError {
        TransportError(flag.withLock { $0 } ? code : .notSent, message)
    }
}

/// A body that says when it is asked for.
private struct WatchedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let bytes: ByteBuffer
    let sent: SentFlag

    struct AsyncIterator: AsyncIteratorProtocol {
        var bytes: ByteBuffer?
        let sent: SentFlag

        mutating func next() async -> ByteBuffer? {
            sent.set()
            defer { bytes = nil }
            return bytes
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(bytes: bytes, sent: sent) }
}
