import Foundation
import HTTPExchange
import RingbackTestKit
import SimulationClient
import Synchronization
import Testing

/// The transport over real connections, against a server of one loopback port.
@Suite(.timeLimit(.minutes(5)), .serialized)
struct LiveTransportTests {
    private func exchange(
        _ scheme: String = "http",
        body: [UInt8] = Array("payload".utf8),
        timeout: Duration = .seconds(20),
        limit: Int = 1000,
        _ handle: @escaping @Sendable (LoopbackConnection) -> Void
    ) async throws -> Result<IncomingResponse, TransportError> {
        let server = try LoopbackListener(handle)
        defer { server.stop() }
        return try await exchange(
            "\(scheme)://127.0.0.1:\(server.port)/path?q=a%20b",
            body: body,
            timeout: timeout,
            limit: limit
        )
    }

    private func exchange(
        _ url: String,
        body: [UInt8],
        timeout: Duration,
        limit: Int
    ) async throws -> Result<IncomingResponse, TransportError> {
        try await HTTPTransport.withConnections { transport in
            let request = OutgoingRequest(
                method: .post,
                url: url,
                headers: ["Idempotency-Key": "\"k\""],
                body: body,
                timeout: timeout,
                maxResponseBytes: limit
            )
            do throws(TransportError) { return .success(try await transport.send(request)) } catch {
                return .failure(error)
            }
        }
    }

    private func code(_ result: Result<IncomingResponse, TransportError>) -> TransportError.Code? {
        if case .failure(let error) = result { error.code } else { nil }
    }

    @Test func carriesRequestAndResponse() async throws {
        let seen = Mutex("")
        let result = try await exchange { connection in
            let text = String(decoding: connection.readRequest(), as: UTF8.self)
            seen.withLock { $0 = text }
            connection.send("HTTP/1.1 409 Conflict\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 5\r\n\r\nhello")
            connection.end()
        }
        let response = try result.get()
        #expect(response.status == 409)
        #expect(response.headers.all("X-a") == ["1", "2"])
        #expect(response.body == Array("hello".utf8))
        let request = seen.withLock { $0 }
        #expect(request.hasPrefix("POST /path?q=a%20b HTTP/1.1\r\n"))
        #expect(request.lowercased().contains("idempotency-key: \"k\"\r\n"))
        #expect(request.lowercased().contains("content-length: 7\r\n"))
        #expect(request.hasSuffix("\r\n\r\npayload"))
    }

    @Test func redirectsComeBackAsTheyAre() async throws {
        let result = try await exchange { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
        }
        #expect(try result.get().status == 302)
    }

    @Test func refusedIsNotSent() async throws {
        let server = try LoopbackListener { _ in }
        server.stop()
        let result = try await exchange(
            "http://127.0.0.1:\(server.port)/",
            body: [1],
            timeout: .seconds(5),
            limit: 10
        )
        #expect(result == .failure(TransportError(.notSent, "Connection refused")))
    }

    @Test func anUnknownHostIsNotSent() async throws {
        let result = try await exchange("http://ringback.invalid/", body: [1], timeout: .seconds(10), limit: 10)
        #expect(
            result
                == .failure(
                    TransportError(
                        .notSent,
                        "the name ringback.invalid has no address here; behind a proxy, set HTTPS_PROXY"
                    )
                )
        )
    }

    /// An answer without TLS, which is read to its end before the connection ends, and an end without an answer.
    @Test(arguments: [
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "wrong version number"), ("", "the other side broke it off"),
    ])
    func aFailedHandshakeIsNotSent(_ answer: String, _ reason: String) async throws {
        let result = try await exchange("https") { connection in
            _ = connection.receive()
            connection.send(answer)
            if !answer.isEmpty { while connection.receive() != nil {} }
            connection.end()
        }
        #expect(result == .failure(TransportError(.notSent, "the TLS handshake failed: \(reason)")))
    }

    @Test func aResetAfterTheRequestIsUnknown() async throws {
        let result = try await exchange { connection in
            _ = connection.readRequest()
            connection.reset()
        }
        #expect(result == .failure(TransportError(.unknown, "Connection reset by peer")))
    }

    @Test func anEmptyAnswerIsUnknown() async throws {
        let result = try await exchange { connection in
            _ = connection.readRequest()
            connection.end()
        }
        #expect(
            result == .failure(TransportError(.unknown, "the connection was closed before the answer was complete"))
        )
    }

    @Test func aCutBodyIsUnknown() async throws {
        let result = try await exchange { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"id\":")
            connection.end()
        }
        #expect(
            result == .failure(TransportError(.unknown, "the connection was closed before the answer was complete"))
        )
    }

    @Test func aLargeAnswerIsCutOff() async throws {
        let result = try await exchange { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "a", count: 1001))
            connection.end()
        }
        #expect(result == .failure(TransportError(.responseTooLarge, "the answer is larger than 1000 bytes")))
    }

    @Test func silenceEndsInTime() async throws {
        let result = try await exchange(timeout: .seconds(3)) { connection in _ = connection.readRequest() }
        // Two clocks run, and each has its words.
        #expect(code(result) == .unknown)
    }

    @Test func aBodyThatNeverEndsEndsInTime() async throws {
        let result = try await exchange(timeout: .seconds(3)) { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
        }
        #expect(result == .failure(TransportError(.unknown, "it did not come within 3 s")))
    }

    @Test func cancellationIsTold() async throws {
        let arrived = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await exchange { connection in
                _ = connection.readRequest()
                arrived.continuation.yield()
            }
        }
        for await _ in arrived.stream { break }
        task.cancel()
        #expect(code(try await task.value) == .cancelled)
    }
}

extension LiveTransportTests {
    @Test(
        arguments: [
            (CompressedAnswer.token, .success(#"{"access_token":"t"}"#)),
            ("bm90IGd6aXA=", .failure(TransportError(.unknown, "the compression of the answer is broken"))),
            // However much the caller would take.
            (
                CompressedAnswer.bomb,
                .failure(TransportError(.responseTooLarge, "the answer is too large once it is decompressed"))
            ),
        ] as [(String, Result<String, TransportError>)]
    )
    func whatIsCompressedIsUnpacked(base64: String, expected: Result<String, TransportError>) async throws {
        let bytes = Array(try #require(Data(base64Encoded: base64)))
        let result = try await exchange(limit: 8 << 20) { connection in
            _ = connection.readRequest()
            let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(bytes.count)\r\n\r\n"
            connection.send(Array(head.utf8) + bytes)
            connection.end()
        }
        #expect(result.map { String(decoding: $0.body, as: UTF8.self) } == expected)
    }
}
