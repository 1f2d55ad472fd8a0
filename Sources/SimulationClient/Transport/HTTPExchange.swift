/// One HTTP request and its response, whole bodies in memory.
public enum HTTPExchange {
    /// The request methods of the simulation API.
    public enum Method: String, Hashable, Sendable {
        case get = "GET"
        case post = "POST"
    }

    /// What is sent.
    public struct Request: Sendable {
        /// The method.
        public var method: Method
        /// The absolute URL.
        public var url: String
        /// The fields, without those that the transport adds (`Host`, `Content-Length`).
        public var headers: HeaderFields
        /// The body; empty for none.
        public var body: [UInt8]
        /// The time from the first step to the last byte of the answer.
        public var timeout: Duration
        /// The largest answer that is taken, in bytes.
        public var maxResponseBytes: Int

        /// Creates a request.
        public init(
            method: Method,
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

    /// What came back.
    public struct Response: Hashable, Sendable {
        /// The status code.
        public var status: Int
        /// The fields.
        public var headers: HeaderFields
        /// The body, as it came: nothing is decompressed.
        public var body: [UInt8]

        /// Creates a response.
        public init(status: Int, headers: HeaderFields = [:], body: [UInt8] = []) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }
}
