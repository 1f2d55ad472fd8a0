import SimulationClient
import Testing

/// One way in which an exchange goes wrong, as the client's transport tells it.
struct Fault: Hashable, Sendable, CustomTestStringConvertible {
    /// What the rules tell apart.
    enum Kind: Hashable, Sendable {
        /// Nothing of the body left.
        case notSent
        /// It left, and no whole answer came.
        case lost
        /// The answer is larger than is read.
        case tooLarge
        /// The status of success over a body that is none.
        case unusableBody
        /// A status; with `Retry-After` where seconds are given.
        case status(Int, retryAfter: Int?)
    }

    var name: String
    var kind: Kind
    var result: Result<HTTPExchange.Response, TransportError>

    var testDescription: String { name }

    private init(_ name: String, _ kind: Kind, _ result: Result<HTTPExchange.Response, TransportError>) {
        (self.name, self.kind, self.result) = (name, kind, result)
    }

    private static func error(_ kind: Kind, _ names: [String]) -> [Fault] {
        let code: TransportError.Code = kind == .notSent ? .notSent : kind == .tooLarge ? .responseTooLarge : .unknown
        return names.map { Fault($0, kind, .failure(TransportError(code, $0))) }
    }

    private static func body(_ name: String, _ text: String) -> Fault {
        // Every operation takes a 200 for success.
        Fault(name, .unusableBody, .success(HTTPExchange.Response(status: 200, body: Array(text.utf8))))
    }

    private static func status(_ status: Int, _ code: String? = nil) -> Fault {
        let response: HTTPExchange.Response =
            code.map { .problem(status, $0) } ?? HTTPExchange.Response(status: status)
        return Fault("\(status)", .status(status, retryAfter: nil), .success(response))
    }

    private static func retryAfter(_ status: Int, _ seconds: Int, _ value: String) -> Fault {
        let headers: HeaderFields = ["Retry-After": value, "Date": "Sun, 22 Nov 2026 14:30:00 GMT"]
        return Fault(
            "\(status) Retry-After: \(value)",
            .status(status, retryAfter: seconds),
            .success(HTTPExchange.Response(status: status, headers: headers))
        )
    }

    static let connecting = error(
        .notSent,
        ["no such host", "connection refused", "network unreachable", "connect timed out", "TLS handshake failed"]
    )
    static let sending = error(.lost, ["reset while sending", "timed out while sending"])
    static let head = error(
        .lost,
        ["closed without an answer", "reset before the head", "no head in time", "broken status line", "huge head"]
    )
    static let body =
        error(.lost, ["body cut off", "reset in the body", "body too slow", "broken chunk"])
        + error(.tooLarge, ["body too large"])
        + [
            body("empty body", ""), body("no JSON", "<html>hello</html>"), body("another type", "[1]"),
            body("no members", "{}"),
        ]
    static let statuses =
        [
            status(400), status(401), status(403), status(404), status(408), status(409, "active_simulation_limit"),
            status(422), status(429), status(500), status(502), status(503), status(504),
        ] + [
            retryAfter(429, 7, "7"), retryAfter(503, 9, "Sun, 22 Nov 2026 14:30:09 GMT"),
            retryAfter(429, 11, "Sunday, 22-Nov-26 14:30:11 GMT"), retryAfter(503, 86_400, "Mon Nov 23 14:30:00 2026"),
        ]
    static let all = connecting + sending + head + body + statuses
}
