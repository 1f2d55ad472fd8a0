import Testing

/// A request as bytes, and how each of the servers has to answer it, whatever it serves.
package struct ProtocolCase: Sendable, CustomTestStringConvertible {
    package var testDescription: String
    /// What is sent; `PATH` stands for a path that takes `POST`.
    var request: String
    /// The beginning of the answer.
    var answer: String
    /// The code of the problem; nil if the answer is not one.
    var code: String?
    /// What the answer has besides.
    var holds: [String] = []
    /// What the answer must not have.
    var lacks: [String] = []
    /// Whether the server ends the connection by itself.
    var ends = true

    private static let last = "Connection: close\r\n"

    package static let all: [ProtocolCase] = [
        .init(
            testDescription: "no host",
            request: "POST PATH HTTP/1.1\r\nContent-Length: 2\r\n\r\nab",
            answer: "HTTP/1.1 400 ",
            code: "missing_host"
        ),
        .init(
            testDescription: "no host and no body yet",
            request: "POST PATH HTTP/1.1\r\nContent-Length: 2\r\n\r\n",
            answer: "HTTP/1.1 400 ",
            code: "missing_host"
        ),
        .init(
            testDescription: "two hosts",
            request: "POST PATH HTTP/1.1\r\nHost: a\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
            answer: "HTTP/1.1 400 ",
            code: "missing_host"
        ),
        .init(
            testDescription: "HEAD without a host",
            request: "HEAD PATH HTTP/1.1\r\n\r\n",
            answer: "HTTP/1.1 400 ",
            lacks: ["missing_host"]
        ),
        .init(
            testDescription: "HTTP/1.0 without a host",
            request: "POST PATH HTTP/1.0\r\nContent-Length: 2\r\n\r\nab",
            answer: "HTTP/1.1 200 ",
            holds: ["connection: close"]
        ),
        .init(
            testDescription: "HTTP/1.0 that goes on",
            request: "POST PATH HTTP/1.0\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nab",
            answer: "HTTP/1.1 200 ",
            holds: ["connection: keep-alive"],
            ends: false
        ),
        .init(
            testDescription: "HTTP/1.1 that ends",
            request: "POST PATH HTTP/1.1\r\nHost: x\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nab",
            answer: "HTTP/1.1 200 ",
            holds: ["connection: close"]
        ),
        .init(
            testDescription: "a wish to go on, told at once",
            request: "POST PATH HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n",
            answer: "HTTP/1.1 100 Continue\r\n\r\n",
            ends: false
        ),
        .init(
            testDescription: "a wish to go on of HTTP/1.0",
            request: "POST PATH HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab",
            answer: "HTTP/1.1 200 "
        ),
        .init(
            testDescription: "a wish to go on with the body",
            request: "POST PATH HTTP/1.1\r\nHost: x\r\n\(last)Expect: 100-continue\r\nContent-Length: 2\r\n\r\nab",
            answer: "HTTP/1.1 ",
            holds: ["HTTP/1.1 200 "]
        ),
        .init(
            testDescription: "a body that is refused by its announcement",
            request: "POST PATH HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 999999\r\n\r\n",
            answer: "HTTP/1.1 413 ",
            ends: false
        ),
        .init(
            testDescription: "another expectation",
            request: "POST PATH HTTP/1.1\r\nHost: x\r\nExpect: luck\r\nContent-Length: 2\r\n\r\n",
            answer: "HTTP/1.1 417 ",
            code: "expectation_failed"
        ),
        .init(
            testDescription: "another expectation with the body",
            request: "POST PATH HTTP/1.1\r\nHost: x\r\nExpect: luck\r\nContent-Length: 2\r\n\r\nab",
            answer: "HTTP/1.1 417 ",
            code: "expectation_failed"
        ),
        .init(
            testDescription: "not HTTP",
            request: "GARBAGE\r\n\r\n",
            answer: "HTTP/1.1 400 ",
            code: "malformed_request"
        ),
        .init(
            testDescription: "a malformed field",
            request: "GET / HTTP/1.1\r\nHost: x\r\nBad Field\r\n\r\n",
            answer: "HTTP/1.1 400 ",
            code: "malformed_request"
        ),
        .init(
            testDescription: "a negative length",
            request: "POST PATH HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            answer: "HTTP/1.1 400 ",
            code: "malformed_request"
        ),
        .init(
            testDescription: "a bad chunk",
            request: "POST PATH HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            answer: "HTTP/1.1 400 ",
            code: "malformed_request"
        ),
        .init(
            testDescription: "a head that is too large",
            request: "GET / HTTP/1.1\r\nHost: x\r\na: \(String(repeating: "a", count: 17_000))\r\n\r\n",
            answer: "HTTP/1.1 431 ",
            code: "headers_too_large"
        ),
        .init(
            testDescription: "nonsense after a request",
            request: "POST PATH HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nabNONSENSE\r\n\r\n",
            answer: "HTTP/1.1 200 ",
            code: "malformed_request"
        ),
        .init(
            testDescription: "a request without a host after another",
            request: "POST PATH HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nabGET / HTTP/1.1\r\n\r\n",
            answer: "HTTP/1.1 200 ",
            code: "missing_host"
        ),
        .init(
            testDescription: "HEAD",
            request: "HEAD PATH HTTP/1.1\r\nHost: x\r\n\(last)\r\n",
            answer: "HTTP/1.1 405 ",
            lacks: ["\r\n\r\n{", "\r\n\r\n["]
        ),
    ]

    /// Sends the request to a server; returns what is wrong with the answer, or nil.
    package func problem(port: Int, path: String) async throws -> String? {
        let connection = try RawConnection(port: port)
        await connection.send(request.replacing("PATH", with: path))
        let received = await connection.receive(until: ends ? nil : "\r\n\r\n")
        let lower = received.lowercased()
        if !received.hasPrefix(answer) { return received }
        if let code {
            guard lower.contains("content-type: application/problem+json\r\n"),
                received.contains("\"code\":\"\(code)\""),
                lower.contains("connection: close\r\n")
            else { return received }
        }
        let isRight = holds.allSatisfy { lower.contains($0.lowercased()) } && !lacks.contains { lower.contains($0) }
        return isRight ? nil : received
    }
}
