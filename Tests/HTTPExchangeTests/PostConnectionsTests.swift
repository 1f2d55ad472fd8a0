import Addresses
import Foundation
import RingbackTestKit
import Synchronization
import Testing

@testable import HTTPExchange

/// POSTs over kept connections, against a server that says each byte of its answers.
@Suite(.timeLimit(.minutes(5)))
struct PostConnectionsTests {
    private static let ok = "HTTP/1.1 204 No Content\r\n\r\n"

    /// Runs `body` with connections, and a function that sends a POST to a server.
    private func withServer(
        limit: Int = 2,
        scheme: String = "http",
        timeout: Duration = .seconds(60),
        idleTime: Duration = .seconds(600),
        _ handle: @escaping @Sendable (LoopbackConnection) -> Void,
        body: (PostConnections, @escaping @Sendable (String, Post.NextPiece?) async -> Result<Int, TransportError>)
            async throws -> Void
    ) async throws {
        let server = try LoopbackListener(handle)
        defer { server.stop() }
        let connections = PostConnections(limit: limit, idleTime: idleTime)
        let origin = "\(scheme)://127.0.0.1:\(server.port)"
        try await body(connections) { text, nextPiece in
            guard let url = HTTPURL("\(origin)/hook?a=1#part") else {
                return .failure(TransportError(.notSent, "no URL"))
            }
            let post = Post(
                to: url,
                headers: ["X-A": "1"],
                body: Array(text.utf8),
                timeout: timeout,
                nextPiece: nextPiece
            )
            do throws(TransportError) { return .success(try await connections.send(post).status) } catch {
                return .failure(error)
            }
        }
        await connections.shutDown()
    }

    /// Answers every request of a connection, and counts the connections.
    private static func answering(_ answer: String, _ opened: Shared<Int>, closes: Bool = false)
        -> @Sendable (
            LoopbackConnection
        ) -> Void
    {
        { connection in
            opened.withLock { $0 += 1 }
            while !connection.readRequest().isEmpty {
                guard connection.send(answer), !closes else { break }
            }
            connection.end()
        }
    }

    @Test func theRequestIsWhole() async throws {
        let seen = Shared("")
        try await withServer { connection in
            let text = String(decoding: connection.readRequest(), as: UTF8.self)
            seen.withLock { $0 = text }
            connection.send(Self.ok)
            connection.end()
        } body: { _, send in
            #expect(await send("body", nil) == .success(204))
        }
        let lines = seen.withLock { $0 }.components(separatedBy: "\r\n")
        #expect(lines.first == "POST /hook?a=1 HTTP/1.1")
        #expect(lines.contains { $0.hasPrefix("Host: 127.0.0.1:") })
        #expect(lines.contains("X-A: 1") && lines.contains("Content-Length: 4"))
        #expect(lines.suffix(2) == ["", "body"])
    }

    @Test(arguments: [
        // The body of an answer is thrown away, and so is an answer that comes in between.
        (ok, 1), ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 1),
        ("HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n", 1),
        // These end the connection.
        ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 3),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 3),
        ("HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\nLONG", 3),
    ])
    func aConnectionIsKeptIfItCanBe(_ answer: String, _ connections: Int) async throws {
        let opened = Shared(0)
        let whole = answer.replacing("LONG", with: String(repeating: "a", count: 70_000))
        try await withServer(limit: 1, Self.answering(whole, opened)) { _, send in
            for _ in 0..<3 {
                let isFailure = answer.contains("500")
                #expect(await send("body", nil) == .success(answer == Self.ok ? 204 : isFailure ? 500 : 200))
            }
        }
        #expect(opened.withLock { $0 } == connections)
    }

    @Test func aConnectionThatTheServerClosedIsReplaced() async throws {
        let opened = Shared(0)
        try await withServer(limit: 1, Self.answering(Self.ok, opened, closes: true)) { _, send in
            #expect(await send("1", nil) == .success(204))
            // The end of a connection may meet the next POST on its way; the one after that has a new connection.
            try await eventually { await send("2", nil) == .success(204) }
        }
        #expect(opened.withLock { $0 } >= 2)
    }

    @Test func aConnectionWithoutWorkIsClosed() async throws {
        let (opened, closed) = (Shared(0), Shared(0))
        try await withServer(limit: 1, idleTime: .milliseconds(100)) { connection in
            opened.withLock { $0 += 1 }
            while !connection.readRequest().isEmpty { connection.send(Self.ok) }
            closed.withLock { $0 += 1 }
            connection.end()
        } body: { _, send in
            #expect(await send("1", nil) == .success(204))
            try await eventually { closed.withLock { $0 } == 1 }
            #expect(await send("2", nil) == .success(204))
        }
        #expect(opened.withLock { $0 } == 2)
    }

    @Test func noMoreConnectionsThanTheLimitAndNoPostIsForgotten() async throws {
        let (open, most) = (Shared(0), Shared(0))
        try await withServer(limit: 3) { connection in
            let now = open.withLock { count in
                count += 1
                return count
            }
            most.withLock { $0 = max($0, now) }
            while !connection.readRequest().isEmpty { connection.send(Self.ok) }
            connection.end()
            open.withLock { $0 -= 1 }
        } body: { _, send in
            let results = await withTaskGroup(of: Result<Int, TransportError>.self) { group in
                for number in 0..<200 { group.addTask { await send("\(number)", nil) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results == Array(repeating: .success(204), count: 200))
        }
        #expect(most.withLock { $0 } == 3)
    }

    @Test func whatWaitsGoesInOrder() async throws {
        let bodies = Shared<[String]>([])
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let isHeld = Shared(true)
        try await withServer(limit: 1) { connection in
            while case let bytes = connection.readRequest(), !bytes.isEmpty {
                bodies.withLock { $0.append(String(decoding: bytes.suffix(2), as: UTF8.self)) }
                release.yield()
                while isHeld.withLock({ $0 }) { usleep(1000) }
                connection.send(Self.ok)
            }
            connection.end()
        } body: { connections, send in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { #expect(await send("00", nil) == .success(204)) }
                for await _ in released { break }
                for number in 10..<20 {
                    group.addTask { #expect(await send("\(number)", nil) == .success(204)) }
                    try? await eventually { await connections.waitingCount == number - 9 }
                }
                isHeld.withLock { $0 = false }
            }
        }
        #expect(bodies.withLock { $0 } == ["00"] + (10..<20).map { "\($0)" })
    }

    private static let broken = "the connection was closed before the answer was complete"

    @Test(
        arguments: [
            ("", TransportError(.unknown, broken)), ("HTTP/1.1 2", TransportError(.unknown, broken)),
            ("banana\r\n\r\n", TransportError(.unknown, "what came is not an answer in HTTP")),
            ("HTTP/2 200 OK\r\n\r\n", TransportError(.unknown, "what came is not an answer in HTTP")),
        ]
    )
    func anAnswerWithoutAStatusIsUnknown(_ answer: String, _ error: TransportError) async throws {
        try await withServer { connection in
            _ = connection.readRequest()
            connection.send(answer)
            connection.end()
        } body: { _, send in
            #expect(await send("body", nil) == .failure(error))
        }
    }

    @Test func aResetIsUnknown() async throws {
        try await withServer { connection in
            _ = connection.readRequest()
            connection.reset()
        } body: { _, send in
            guard case .failure(let error) = await send("body", nil) else {
                Issue.record("it was answered")
                return
            }
            #expect(error.code == .unknown && error.message == "Connection reset by peer")
        }
    }

    @Test func whatIsNotSentIsToldSo() async throws {
        let server = try LoopbackListener { _ in }
        server.stop()
        let connections = PostConnections(limit: 1)
        for (url, message) in [
            ("http://127.0.0.1:\(server.port)/", "Connection refused"),
            (
                "https://ringback.invalid/",
                "the name ringback.invalid has no address here; behind a proxy, set HTTPS_PROXY"
            ),
        ] {
            let post = Post(to: try #require(HTTPURL(url)), headers: [:], body: [1], timeout: .seconds(60))
            await #expect(throws: TransportError(.notSent, message)) { try await connections.send(post) }
        }
        await connections.shutDown()
        try await withServer(scheme: "https") { connection in
            connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
            while connection.receive() != nil {}
            connection.end()
        } body: { _, send in
            let result = await send("body", nil)
            #expect(result == .failure(TransportError(.notSent, "the TLS handshake failed: wrong version number")))
        }
        try await withServer(scheme: "https") { connection in
            _ = connection.receive()
            connection.end()
        } body: { _, send in
            let result = await send("body", nil)
            #expect(
                result == .failure(TransportError(.notSent, "the TLS handshake failed: the other side broke it off"))
            )
        }
    }

    @Test(arguments: ["a\r\nX-B: 1", "a\nb", "a\rb", "a\0"])
    func aValueWithALineEndIsNotSent(_ value: String) async throws {
        let connections = PostConnections(limit: 1)
        let post = Post(
            to: try #require(HTTPURL("http://127.0.0.1:9/")),
            headers: HeaderFields([("webhook-id", value)]),
            body: [],
            timeout: .seconds(60)
        )
        await #expect(throws: TransportError(.notSent, "the value of webhook-id has a line end")) {
            try await connections.send(post)
        }
        await connections.shutDown()
    }

    @Test(arguments: ["", "HTTP/1.1 2"])
    func silenceEndsInTime(_ start: String) async throws {
        try await withServer(timeout: .seconds(2)) { connection in
            _ = connection.readRequest()
            connection.send(start)
            _ = connection.readRequest()
            connection.end()
        } body: { _, send in
            #expect(await send("body", nil) == .failure(TransportError(.unknown, "there was no answer in time")))
        }
    }

    /// A connection whose handshake gets no answer, and what waits for it.
    @Test func aSilentHandshakeEndsInTime() async throws {
        try await withServer(limit: 1, scheme: "https", timeout: .seconds(2)) { connection in
            while connection.receive() != nil {}
            connection.end()
        } body: { _, send in
            let results = await withTaskGroup(of: Result<Int, TransportError>.self) { group in
                for _ in 0..<2 { group.addTask { await send("body", nil) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let error = TransportError(.notSent, "there was no connection in time")
            #expect(results == [.failure(error), .failure(error)])
        }
    }

    @Test func cancellationAndTheEndAreTold() async throws {
        let arrived = AsyncStream.makeStream(of: Void.self)
        try await withServer(limit: 1) { connection in
            _ = connection.readRequest()
            arrived.continuation.yield()
            while connection.receive() != nil {}
            connection.end()
        } body: { connections, send in
            var arrivals = arrived.stream.makeAsyncIterator()
            let cancelled = Task { await send("1", nil) }
            _ = await arrivals.next()
            let waiting = Task { await send("2", nil) }
            try await eventually { await connections.waitingCount == 1 }
            waiting.cancel()
            #expect(await waiting.value == .failure(TransportError(.cancelled, "cancelled")))
            cancelled.cancel()
            #expect(await cancelled.value == .failure(TransportError(.cancelled, "cancelled")))
            let closed = Task { await send("3", nil) }
            _ = await arrivals.next()
            await connections.shutDown()
            let error = TransportError(.cancelled, "the connections were closed")
            #expect(await closed.value == .failure(error))
            #expect(await send("4", nil) == .failure(error))
        }
    }

    @Test func aBodyGoesInPieces() async throws {
        let (sizes, opened) = (Shared<[Int]>([]), Shared(0))
        try await withServer(limit: 1, Self.answering(Self.ok, opened)) { _, send in
            let result = await send("0123456789") { sent in
                sizes.withLock { $0.append(sent) }
                return 4
            }
            #expect(result == .success(204))
            #expect(await send("again", nil) == .success(204))
        }
        #expect(sizes.withLock { $0 } == [0, 4, 8])
        #expect(opened.withLock { $0 } == 1)
    }

    private struct CutShort: Error {}

    /// The next POST does not go behind a body that broke off, or that was answered before its end.
    @Test func aBodyThatIsNotWholeCostsTheConnection() async throws {
        let opened = Shared(0)
        try await withServer(limit: 1) { connection in
            let number = opened.withLock { count in
                count += 1
                return count
            }
            if number == 2 {
                _ = connection.receive()
                connection.send(Self.ok)
            }
            while !connection.readRequest().isEmpty { connection.send(Self.ok) }
            connection.end()
        } body: { _, send in
            let error = TransportError(.unknown, "the body broke off")
            let cutShort = await send("0123456789") { sent in
                guard sent == 0 else { throw CutShort() }
                return 5
            }
            #expect(cutShort == .failure(error))
            let (answered, answer) = AsyncStream.makeStream(of: Void.self)
            let early = await send("0123456789") { sent in
                if sent > 0 { for await _ in answered {} }
                return 5
            }
            answer.finish()
            #expect(early == .success(204))
            #expect(await send("whole", nil) == .success(204))
        }
        #expect(opened.withLock { $0 } == 3)
    }
}
