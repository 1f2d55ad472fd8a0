import ExactJSON
package import HTTPExchange
import SimulationAPI
import Testing

/// One way in which an HTTP exchange goes wrong, as the transport reports it.
package struct ExchangeFault: Hashable, Sendable, CustomTestStringConvertible {
    /// The kinds of faults that the rules treat differently.
    package enum Kind: Hashable, Sendable {
        /// Nothing of the body left.
        case notSent
        /// The request left, and no whole answer came.
        case lost
        /// The answer is larger than allowed.
        case tooLarge
        /// A status that means success, with a body that cannot be used.
        case unusableBody
        /// A status, with `Retry-After` if seconds are given.
        case status(Int, retryAfter: Int?)
    }

    /// The fault in words.
    package var name: String
    /// Its kind.
    package var kind: Kind
    /// What the transport gives.
    package var result: Result<IncomingResponse, TransportError>

    /// The name in test output.
    package var testDescription: String { name }

    /// How often the fault occurs before the server works.
    package enum Placement: Int, CaseIterable, Sendable {
        case first = 1
        case firstTwo = 2
        case always = 1_000_000
    }

    private init(_ name: String, _ kind: Kind, _ result: Result<IncomingResponse, TransportError>) {
        (self.name, self.kind, self.result) = (name, kind, result)
    }

    private static func error(_ kind: Kind, _ names: [String]) -> [ExchangeFault] {
        let code: TransportError.Code = kind == .notSent ? .notSent : kind == .tooLarge ? .responseTooLarge : .unknown
        return names.map { ExchangeFault($0, kind, .failure(TransportError(code, $0))) }
    }

    private static func body(_ name: String, _ text: String) -> ExchangeFault {
        // Every operation takes a 200 for success.
        ExchangeFault(name, .unusableBody, .success(IncomingResponse(status: 200, body: Array(text.utf8))))
    }

    private static func status(_ status: Int, _ code: String? = nil) -> ExchangeFault {
        let response: IncomingResponse =
            code.map {
                let problem = Problem(status: status, code: $0, title: $0, detail: "")
                return IncomingResponse(status: status, body: problem.json.bytes)
            } ?? IncomingResponse(status: status)
        return ExchangeFault("\(status)", .status(status, retryAfter: nil), .success(response))
    }

    private static func retryAfter(_ status: Int, _ seconds: Int, _ value: String) -> ExchangeFault {
        let headers: HeaderFields = ["Retry-After": value, "Date": "Sun, 22 Nov 2026 14:30:00 GMT"]
        return ExchangeFault(
            "\(status) Retry-After: \(value)",
            .status(status, retryAfter: seconds),
            .success(IncomingResponse(status: status, headers: headers))
        )
    }

    /// No connection.
    package static let connecting = error(
        .notSent,
        ["no such host", "connection refused", "network unreachable", "connect timed out", "TLS handshake failed"]
    )
    /// The request breaks off.
    package static let sending = error(.lost, ["reset while sending", "timed out while sending"])
    /// No head of an answer.
    package static let head = error(
        .lost,
        ["closed without an answer", "reset before the head", "no head in time", "broken status line", "huge head"]
    )
    /// No usable body.
    package static let body =
        error(.lost, ["body cut off", "reset in the body", "body too slow", "broken chunk"])
        + error(.tooLarge, ["body too large"])
        + [
            body("empty body", ""), body("no JSON", "<html>hello</html>"), body("another type", "[1]"),
            body("no members", "{}"),
        ]
    /// Another status.
    package static let statuses =
        [
            status(400), status(401), status(403), status(404), status(408), status(409, "active_simulation_limit"),
            status(422), status(429), status(500), status(502), status(503), status(504),
        ] + [
            retryAfter(429, 7, "7"), retryAfter(503, 9, "Sun, 22 Nov 2026 14:30:09 GMT"),
            retryAfter(429, 11, "Sunday, 22-Nov-26 14:30:11 GMT"), retryAfter(503, 86_400, "Mon Nov 23 14:30:00 2026"),
        ]
    /// Every fault.
    package static let all = connecting + sending + head + body + statuses
}
