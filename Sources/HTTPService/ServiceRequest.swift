import Addresses
package import HTTPTypes
import Hummingbird
import NIOCore

/// A request as the services see it: the head at once, the body when it is asked for and no larger than allowed.
package struct ServiceRequest: Sendable {
    package var method: HTTPRequest.Method
    /// The path without its query, as it was sent.
    package var path: String
    /// The decoded query parameters, in order.
    package var query: [(name: String, value: String)]
    /// The `Host` that was asked for, with its port.
    package var authority: String?
    package var headers: HTTPFields
    /// The address at the other end of the connection; `nil` for a request of a test.
    package var address: String?
    private var body: Body

    private enum Body: Sendable {
        case bytes([UInt8])
        /// Its sender may wait to be told to go on.
        case stream(RequestBody, wanted: @Sendable () -> Void)
    }

    /// Why a body could not be read.
    package enum BodyError: Error {
        /// More bytes than allowed.
        case tooLarge
        /// The client closed the connection, or took longer than the connection allows.
        case incomplete
    }

    /// Creates a request with a complete body, as tests do.
    package init(_ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.method = method
        self.headers = headers
        self.body = .bytes(body)
        (self.path, query) = Self.split(path)
    }

    init(_ request: Request, on channel: any Channel) {
        method = request.method
        authority = request.head.authority
        address = channel.remoteAddress?.ipAddress
        headers = request.headers
        let isAwaited = request.headers[.expect] != nil
        body = .stream(request.body) { if isAwaited { channel.triggerUserOutboundEvent(BodyWanted(), promise: nil) } }
        (path, query) = Self.split(request.head.path ?? "/")
    }

    /// The first query parameter of this name.
    package func queryValue(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// Reads the whole body.
    ///
    /// - Throws: ``BodyError/tooLarge`` as soon as more than `limit` bytes are announced or have arrived.
    package func body(upTo limit: Int) async throws(BodyError) -> [UInt8] {
        if let announced = headers[.contentLength].flatMap({ Int($0) }), announced > limit { throw .tooLarge }
        switch body {
        case .bytes(let bytes):
            guard bytes.count <= limit else { throw .tooLarge }
            return bytes
        case .stream(let stream, let wanted):
            wanted()
            var collected: [UInt8] = []
            do {
                for try await chunk in stream {
                    guard collected.count + chunk.readableBytes <= limit else { throw BodyError.tooLarge }
                    collected.append(contentsOf: chunk.readableBytesView)
                }
            } catch {
                throw error as? BodyError ?? .incomplete
            }
            return collected
        }
    }

    private static func split(_ target: String) -> (path: String, query: [(name: String, value: String)]) {
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2 else { return (String(halves[0]), []) }
        // A query that cannot be decoded is kept as it is, so that it is not mistaken for an empty one.
        let query = FormEncoding.decode(String(halves[1])) ?? FormEncoding.undecoded(String(halves[1]))
        return (String(halves[0]), query)
    }
}

/// What a `Content-Type` names (RFC 9110 section 8.3), in lower case.
package struct MediaType: Hashable, Sendable {
    /// Type and subtype, such as `application/json`.
    package var type: String
    /// The parameters as written, such as `charset=utf-8`.
    package var parameters: [String]

    /// Reads a field value; `nil` if it names nothing.
    package init?(_ value: String) {
        let parts = value.lowercased().split(separator: ";").map { part in
            String(part.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
        guard let type = parts.first else { return nil }
        self.type = type
        parameters = Array(parts.dropFirst())
    }

    /// Whether it is `application/json` or a `+json` type, and in UTF-8 if a character set is named.
    package var isJSON: Bool {
        let isType = type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
        let charset = parameters.first { $0.hasPrefix("charset=") }?.dropFirst("charset=".count)
        return isType && (charset.map { ["utf-8", "utf8", "\"utf-8\""].contains($0) } ?? true)
    }
}

extension HTTPFields {
    /// Whether the `Content-Type` is `application/json` or a `+json` type, and in UTF-8 if a character set is named.
    package var isJSON: Bool { mediaType?.isJSON ?? false }

    /// Whether the `Content-Type` is that of a form.
    package var isForm: Bool { mediaType?.type == "application/x-www-form-urlencoded" }

    /// Whether the body is sent as it is, uncompressed.
    package var isIdentityEncoded: Bool { self[values: .contentEncoding].allSatisfy(Self.isIdentity) }

    /// Whether a value of `Content-Encoding` leaves the body as it is.
    package static func isIdentity(_ encoding: String) -> Bool {
        encoding.isEmpty || encoding.lowercased() == "identity"
    }

    /// What the `Content-Type` names; `nil` without one.
    package var mediaType: MediaType? { self[.contentType].flatMap { MediaType($0) } }
}

extension HTTPField.Name {
    /// The key under which an answer is kept, so that a repeated request is not done twice.
    package static let idempotencyKey: HTTPField.Name = {
        guard let name = HTTPField.Name("Idempotency-Key") else { preconditionFailure("a valid field name") }
        return name
    }()
}
