/// The way to the network: a function from a request to its response.
///
/// A value and not a protocol, so a test, a recorder or a fault injector is one closure around another. A transport
/// follows no redirects, reads no proxy from the environment, and keeps ``HTTPExchange/Request/timeout`` and
/// ``HTTPExchange/Request/maxResponseBytes``.
public struct HTTPTransport: Sendable {
    /// Sends one request.
    public typealias Send =
        @Sendable (HTTPExchange.Request) async throws(TransportError) -> HTTPExchange.Response

    private let body: Send

    /// Creates a transport of a function.
    public init(_ send: @escaping Send) { body = send }

    /// Sends a request and waits for the whole response, whatever its status.
    public func send(_ request: HTTPExchange.Request) async throws(TransportError) -> HTTPExchange.Response {
        try await body(request)
    }
}
