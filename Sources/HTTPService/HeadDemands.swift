import NIOHTTP1
import SimulationAPI

/// What the head of a request asks of its connection (RFC 9110 section 10.1.1, RFC 9112 sections 3.2 and 9.3).
struct HeadDemands {
    /// How the connection goes on after the answer.
    enum Persistence {
        case usual
        case close
        /// HTTP/1.0 closes unless both sides say otherwise.
        case keepAlive

        /// The value of `Connection` in the answer.
        var field: String? {
            switch self {
            case .usual: nil
            case .close: "close"
            case .keepAlive: "keep-alive"
            }
        }
    }

    private(set) var persistence = Persistence.usual
    /// Whether the sender waits for `100 Continue` before it sends the body.
    private(set) var expectsContinue = false
    /// Why the request is not served.
    private(set) var refusal: Problem?

    init(_ head: HTTPRequestHead) {
        let isOld = head.version == .http1_0
        if !head.isKeepAlive { persistence = .close } else if isOld { persistence = .keepAlive }
        guard !isOld else { return }
        var hosts = 0
        for (name, value) in head.headers {
            let bytes = name.utf8.span
            switch bytes.count {
            case 4 where bytes.isName("host"): hosts += 1
            case 6 where bytes.isName("expect"):
                expectsContinue = value.lowercased() == "100-continue"
                if !expectsContinue { refusal = .expectationFailed }
            default: break
            }
        }
        if hosts != 1 { refusal = .missingHost }
    }
}

extension Span<UInt8> {
    /// Whether a field's name equals one that is given in lower case; letters compare without case (RFC 9110 section 5.1).
    package func isName(_ known: StaticString) -> Bool {
        guard count == known.utf8CodeUnitCount else { return false }
        for index in indices {
            let byte = self[index]
            guard (0x41...0x5A ~= byte ? byte | 0x20 : byte) == known.utf8Start[index] else { return false }
        }
        return true
    }
}

/// Problems of the protocol, the same for every server.
extension Problem {
    static let missingHost = Problem(
        status: 400,
        code: "missing_host",
        title: "Missing host",
        detail: "a request of HTTP/1.1 has exactly one Host field"
    )

    static let expectationFailed = Problem(
        status: 417,
        code: "expectation_failed",
        title: "Expectation failed",
        detail: "the only expectation that is known is 100-continue"
    )

    static func requestTimeout(_ limits: ConnectionLimits) -> Problem {
        let (head, body) = (limits.headDeadline, limits.requestDeadline)
        return Problem(
            status: 408,
            code: "request_timeout",
            title: "Request timeout",
            detail:
                "the request did not arrive in time: its head has \(head / .seconds(1)) s, its body \(body / .seconds(1)) s"
        )
    }

    /// Bytes that are not a request.
    static func unreadable(_ error: HTTPParserError) -> Problem {
        if error == .headerOverflow {
            return Problem(
                status: 431,
                code: "headers_too_large",
                title: "Headers too large",
                detail: "the head of a request has at most 100 fields, each of at most 16 KiB, and 64 KiB together"
            )
        }
        let cause =
            switch error {
            case .invalidMethod, .invalidURL, .invalidVersion, .invalidConstant: "its first line"
            case .invalidHeaderToken, .invalidCharactersUsed: "a header field"
            case .invalidContentLength, .unexpectedContentLength: "Content-Length or Transfer-Encoding"
            case .invalidChunkSize: "the size of a chunk"
            case .invalidEOFState: "its end, which is missing"
            default: "its form"
            }
        return Problem(
            status: 400,
            code: "malformed_request",
            title: "Malformed request",
            detail: "this is not a request of HTTP/1.1; what is wrong is \(cause)"
        )
    }
}
