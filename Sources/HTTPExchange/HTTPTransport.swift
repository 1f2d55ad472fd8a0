/// The way to the network: a function from a request to its response.
///
/// A value instead of a protocol: a test, a recorder or a fault injector is one closure round another. A transport
/// follows no redirects, reads no proxy from the environment, and keeps the request's time and size limits.
public struct HTTPTransport: Sendable {
    /// Sends one request.
    public typealias Send = @Sendable (OutgoingRequest) async throws(TransportError) -> IncomingResponse

    private let body: Send

    /// Creates a transport of a function.
    public init(_ send: @escaping Send) { body = send }

    /// Sends a request and waits for the response, whatever its status.
    public func send(_ request: OutgoingRequest) async throws(TransportError) -> IncomingResponse {
        try await body(request)
    }
}

/// The request methods of the simulation API.
public enum RequestMethod: String, Hashable, Sendable {
    case get = "GET"
    case post = "POST"
}

/// A request with its whole body in memory.
public struct OutgoingRequest: Sendable {
    /// The method.
    public var method: RequestMethod
    /// The absolute URL.
    public var url: String
    /// The fields, without those that the transport adds (`Host`, `Content-Length`).
    public var headers: HeaderFields
    /// The body.
    public var body: [UInt8]
    /// The time from the start to the last byte of the response.
    public var timeout: Duration
    /// The largest response body that is accepted, in bytes.
    public var maxResponseBytes: Int

    /// Creates a request.
    public init(
        method: RequestMethod,
        url: String,
        headers: HeaderFields = [:],
        body: [UInt8] = [],
        timeout: Duration,
        maxResponseBytes: Int
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maxResponseBytes = maxResponseBytes
    }
}

/// A response with its whole body in memory.
public struct IncomingResponse: Hashable, Sendable {
    /// The status code.
    public var status: Int
    /// The fields.
    public var headers: HeaderFields
    /// The body, decompressed; empty where only status and fields count.
    public var body: [UInt8]

    /// Creates a response.
    public init(status: Int, headers: HeaderFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
