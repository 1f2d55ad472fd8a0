package import ExactJSON
package import HTTPTypes
package import SimulationAPI

/// An answer of a service: a status, header fields and a whole body.
package struct ServiceResponse: Sendable {
    package var status: Int
    /// The header fields; `Content-Length` is added when it is sent.
    package var headers: HTTPFields
    package var body: [UInt8]
    /// What follows the body, piece by piece, until it ends or the client goes; `nil` for nothing.
    package var stream: AsyncStream<[UInt8]>?
    /// How it is sent; a sandbox can inject a fault here.
    package var sending = Sending.whole

    /// How an answer is sent.
    package enum Sending: Hashable, Sendable {
        case whole
        /// Not at all: the connection is closed.
        case nothing
        /// Not at all: the connection is reset.
        case reset
        /// The head, half of the body, and the end of the connection.
        case half
        /// The body at this rate.
        case slowly(bytesPerSecond: Int)
    }

    /// - Parameter type: the `Content-Type`; `nil` if the header fields have it already, or the body is empty.
    package init(status: Int, type: String? = nil, headers: HTTPFields = [:], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
        if let type { self.headers[.contentType] = type }
    }

    /// A JSON document.
    package static func json(_ json: JSONValue, status: Int = 200, headers: HTTPFields = [:]) -> ServiceResponse {
        ServiceResponse(status: status, type: "application/json", headers: headers, body: json.bytes)
    }

    /// A problem (RFC 9457).
    package static func problem(_ problem: Problem, headers: HTTPFields = [:]) -> ServiceResponse {
        ServiceResponse(status: problem.status, type: Problem.mediaType, headers: headers, body: problem.json.bytes)
    }

    /// 405 with the methods that the path takes.
    package static func methodNotAllowed(_ allowed: [HTTPRequest.Method]) -> ServiceResponse {
        // HEAD answers as GET, everywhere.
        let list = allowed.flatMap { $0 == .get ? ["GET", "HEAD"] : [$0.rawValue] }.joined(separator: ", ")
        let detail = "this path takes \(list)"
        let problem = Problem(status: 405, code: "method_not_allowed", title: "Method not allowed", detail: detail)
        return .problem(problem, headers: [.allow: list])
    }
}

extension ServiceResponse {
    /// The fields that keep an answer to those who asked: out of caches, read as what it is, and out of `Referer`.
    package static let privateFields: [(name: String, value: String)] = [
        ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
    ]

    /// The answer with ``privateFields``, unless it has such a field of its own.
    package var keptPrivate: ServiceResponse {
        var response = self
        for (name, value) in Self.privateFields {
            guard let name = HTTPField.Name(name), headers[name] == nil else { continue }
            response.headers[name] = value
        }
        return response
    }
}

/// Problems that every service has.
extension Problem {
    /// Nothing has that name.
    package static func notFound(_ detail: String) -> Problem {
        Problem(status: 404, code: "not_found", title: "Not found", detail: detail)
    }

    /// The path is not served; `list` names what lists the paths that are.
    package static func notFound(path: String, list: String) -> Problem {
        .notFound("there is nothing at \(path.prefix(200)); \(list) lists what is served")
    }

    /// The body has more bytes than allowed.
    package static func bodyTooLarge(_ detail: String) -> Problem {
        Problem(status: 413, code: "body_too_large", title: "Body too large", detail: detail)
    }

    /// The body ended before its announced length.
    package static let incompleteBody = Problem(
        status: 400,
        code: "incomplete_body",
        title: "Incomplete body",
        detail: "the body did not come whole"
    )

    /// The body is not JSON.
    package static let unsupportedMediaType = Problem(
        status: 415,
        code: "unsupported_media_type",
        title: "Unsupported media type",
        detail: "send Content-Type: application/json, uncompressed"
    )

    /// The store failed.
    package static func storeUnavailable(_ detail: String) -> Problem {
        Problem(status: 503, code: "store_unavailable", title: "Store unavailable", detail: detail)
    }
}
