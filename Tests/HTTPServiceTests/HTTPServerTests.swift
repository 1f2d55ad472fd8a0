import ExactJSON
import HTTPService
import HTTPTypes
import Logging
import RingbackTestKit
import Synchronization
import Testing

@Suite("HTTPServer", .timeLimit(.minutes(5)))
struct HTTPServerTests {
    private static func configuration(
        host: BoundHost = .loopback,
        port: Int = 0,
        deadline: Duration = .seconds(15)
    ) -> HTTPServer.Configuration {
        HTTPServer.Configuration(
            host: host,
            port: port,
            requestDeadline: deadline,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Describes the request: method, path, query, a header field and the number of bytes, of which 1000 are allowed.
    @Sendable private static func echo(_ request: ServiceRequest) async -> ServiceResponse {
        do throws(ServiceRequest.BodyError) {
            let body = try await request.body(upTo: 1000)
            let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
            return .json([
                "method": .string(request.method.rawValue), "path": .string(request.path), "query": .string(query),
                "type": .string(request.headers[.contentType] ?? ""), "count": .integer(body.count),
            ])
        } catch {
            return ServiceResponse(status: error == .tooLarge ? 413 : 400)
        }
    }

    @Test(arguments: [
        ("192.0.2.7", "Cannot assign requested address"), ("127.0.0.1", "Address already in use"),
    ])
    func anAddressThatCannotBeBoundIsToldInOurWords(_ host: String, _ reason: String) async throws {
        try await HTTPServer.with(Self.configuration(), respond: Self.echo) { port in
            let error = await #expect(throws: HTTPServer.BindError.self) {
                try await HTTPServer.with(
                    Self.configuration(host: try BoundHost(resolving: host), port: port),
                    respond: Self.echo
                ) { _ in }
            }
            #expect(error?.reason == reason)
        }
    }

    @Test func theHandlerGetsWholeRequestsAndItsAnswersAreSent() async throws {
        try await HTTPServer.with(Self.configuration(), respond: Self.echo) { port in
            let answer = try await HTTPAnswer.to(
                "PUT",
                "http://127.0.0.1:\(port)/a%20b/c?x=1&y=%26",
                headers: [("Content-Type", "text/x")],
                body: [UInt8](repeating: 65, count: 1000)
            )
            #expect(answer.status == 200)
            #expect(answer.headers["content-length"] == "\(answer.body.count)")
            #expect(
                answer.text
                    == #"{"method":"PUT","path":"/a%20b/c","query":"x=1,y=&","type":"text/x","count":1000}"#
            )
        }
    }

    @Test(arguments: [
        "Content-Length: 1001\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3e9\r\n\(String(repeating: "x", count: 1001))",
    ])
    func aBodyThatIsTooLargeIsRefusedBeforeItsEnd(_ rest: String) async throws {
        try await HTTPServer.with(Self.configuration(), respond: Self.echo) { port in
            let connection = try RawConnection(port: port)
            await connection.send("POST / HTTP/1.1\r\nHost: x\r\n" + rest)
            #expect(await connection.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test(arguments: ProtocolCase.all) func theProtocolIsThatOfEveryServer(_ protocol: ProtocolCase) async throws {
        try await HTTPServer.with(Self.configuration()) { request in
            request.method == .post ? await Self.echo(request) : .methodNotAllowed([.post])
        } body: { port in
            let problem = try await `protocol`.problem(port: port, path: "/")
            #expect(problem == nil)
        }
    }

    @Test func headAnswersAsGetWithoutContent() async throws {
        try await HTTPServer.with(Self.configuration(), respond: Self.echo) { port in
            for (method, body) in [("GET", #"{"method":"GET""#), ("HEAD", "")] {
                let connection = try RawConnection(port: port)
                await connection.send("\(method) / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                let parts = await connection.receive().split(separator: "\r\n\r\n", omittingEmptySubsequences: false)
                #expect(parts[0].hasPrefix("HTTP/1.1 200 ") && parts[0].lowercased().contains("content-length: 58"))
                #expect(body.isEmpty ? parts[1].isEmpty : parts[1].hasPrefix(body), "\(parts)")
            }
        }
    }

    /// The answer to who waits for it comes when the body is wanted; without that, the final one alone.
    @Test(arguments: [(true, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 "), (false, "HTTP/1.1 401 ")])
    func aBodyIsAskedForIfItIsWanted(_ isWanted: Bool, _ expected: String) async throws {
        try await HTTPServer.with(Self.configuration()) { request in
            isWanted ? await Self.echo(request) : ServiceResponse(status: 401)
        } body: { port in
            let connection = try RawConnection(port: port)
            await connection.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            var answer = await connection.receive(until: "\r\n\r\n")
            if isWanted {
                await connection.send("ab")
                answer += await connection.receive(until: "\"count\":2}")
            }
            #expect(answer.hasPrefix(expected), "\(answer)")
        }
    }

    @Test func aConnectionServesManyRequests() async throws {
        try await HTTPServer.with(Self.configuration(), respond: Self.echo) { port in
            let connection = try RawConnection(port: port)
            for number in 1...3 {
                await connection.send("GET /\(number) HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(await connection.receive(until: "\"count\":0}").contains("\"/\(number)\""))
            }
        }
    }

    @Test func aTakenPortIsABindError() async throws {
        try await HTTPServer.with(Self.configuration(), respond: Self.echo) { port in
            let error = await #expect(throws: HTTPServer.BindError.self) {
                try await HTTPServer.with(Self.configuration(port: port), respond: Self.echo) { _ in
                    Issue.record("the body must not run")
                }
            }
            let reason = try #require(error).reason
            #expect(reason == "Address already in use")
        }
    }

    @Test func anAddressOfAnotherMachineIsABindError() async {
        // TEST-NET-1 (RFC 5737) belongs to no machine.
        await #expect(throws: HTTPServer.BindError.self) {
            try await HTTPServer.with(Self.configuration(host: BoundHost(resolving: "192.0.2.1")), respond: Self.echo) {
                _ in
            }
        }
    }

    @Test func theResultAndTheErrorOfTheBodyArePassedOn() async throws {
        struct Stop: Error {}
        let isBound = try await HTTPServer.with(Self.configuration(), respond: Self.echo) { $0 > 0 }
        #expect(isBound)
        await #expect(throws: Stop.self) {
            try await HTTPServer.with(Self.configuration(), respond: Self.echo) { _ in throw Stop() }
        }
    }

    @Test func theServerStopsListeningAtTheEndOfItsScope() async throws {
        let port = try await HTTPServer.with(
            Self.configuration(),
            respond: { _ in ServiceResponse(status: 200, body: Array("afterTheScope".utf8)) },
            body: { $0 }
        )
        // Another test's server may have got the port meanwhile; ours must not answer there.
        guard let connection = try? RawConnection(port: port) else { return }
        await connection.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(await !connection.receive().contains("afterTheScope"))
    }

    @Test func requestsInFlightAreAnsweredBeforeTheEnd() async throws {
        let (arrived, arrival) = AsyncStream<Void>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        let (connections, connected) = AsyncStream<RawConnection>.makeStream()
        let client = Task {
            for await connection in connections {
                await connection.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
                return await connection.receive(until: "late")
            }
            return ""
        }
        let server = Task {
            try await HTTPServer.with(
                Self.configuration(),
                respond: { _ in
                    arrival.yield()
                    for await _ in released { break }
                    return ServiceResponse(status: 200, body: Array("late".utf8))
                },
                body: { port in
                    connected.yield(try RawConnection(port: port))
                    for await _ in arrived { break }
                    return port
                }
            )
        }
        let port = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                try await Task.sleep(for: .milliseconds(100))
                release.yield()
                return 0
            }
            group.addTask { try await server.value }
            return try await group.reduce(0, +)
        }
        #expect(port > 0)
        let answer = await client.value
        #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix("late"))
    }

    @Test func cancellingTheTaskEndsTheServer() async throws {
        let (started, start) = AsyncStream<Int>.makeStream()
        let task = Task {
            try await HTTPServer.with(Self.configuration(), respond: Self.echo) { port in
                start.yield(port)
                try await Task.sleep(for: .seconds(3600))
            }
        }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

@Suite("Limits of HTTPServer", .timeLimit(.minutes(5)))
struct HTTPServerLimitTests {
    private static func configuration(deadline: Duration = .seconds(15)) -> HTTPServer.Configuration {
        HTTPServer.Configuration(
            host: .loopback,
            port: 0,
            requestDeadline: deadline,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    @Test(arguments: [
        (1, 15_000, true), (1, 17_000, false), (98, 10, true), (150, 10, false), (4, 15_000, true), (5, 15_000, false),
    ])
    func headersAreBounded(_ count: Int, _ size: Int, _ fits: Bool) async throws {
        let calls = Mutex(0)
        try await HTTPServer.with(
            Self.configuration(),
            respond: { _ in
                calls.withLock { $0 += 1 }
                return ServiceResponse(status: 204)
            },
            body: { port in
                let connection = try RawConnection(port: port)
                let fields = (0..<count).map { "f\($0): \(String(repeating: "v", count: size))\r\n" }
                await connection.send("GET / HTTP/1.1\r\n\(fields.joined())Host: x\r\n\r\n")
                connection.finishSending()
                let answer = await connection.receive()
                #expect(
                    answer.hasPrefix(fits ? "HTTP/1.1 204 " : "HTTP/1.1 4") || (!fits && answer.isEmpty),
                    "\(answer)"
                )
            }
        )
        #expect(calls.withLock { $0 } == (fits ? 1 : 0))
    }

    @Test func aBodyThatArrivesTooSlowlyIsCutOffAtTheDeadline() async throws {
        let errors = Mutex<[ServiceRequest.BodyError]>([])
        try await HTTPServer.with(
            Self.configuration(deadline: .milliseconds(300)),
            respond: { request in
                do throws(ServiceRequest.BodyError) {
                    _ = try await request.body(upTo: 1000)
                } catch {
                    errors.withLock { $0.append(error) }
                }
                return ServiceResponse(status: 200)
            },
            body: { port in
                let connection = try RawConnection(port: port)
                let start = ContinuousClock.now
                await connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n")
                let trickle = Task {
                    // 900 bytes would take 18 s at this pace.
                    while await connection.send("x") { try await Task.sleep(for: .milliseconds(20)) }
                }
                let answer = await connection.receive()
                trickle.cancel()
                #expect(
                    answer.hasPrefix("HTTP/1.1 408 ") && answer.contains("\"code\":\"request_timeout\""),
                    "\(answer)"
                )
                #expect(start.duration(to: .now) >= .milliseconds(300))
                try await eventually { errors.withLock { $0 } == [.incomplete] }
            }
        )
    }

    @Test func aRequestThatIsAnsweredEarlyGetsNoSecondAnswer() async throws {
        try await HTTPServer.with(
            Self.configuration(deadline: .seconds(10)),
            respond: { _ in ServiceResponse(status: 413) },
            body: { port in
                let connection = try RawConnection(port: port)
                await connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nhalf")
                let answer = await connection.receive()
                #expect(answer.hasPrefix("HTTP/1.1 413 "))
                #expect(!answer.contains("408"))
            }
        )
    }

    @Test func aRequestThatCameInTimeIsNotCutOffByASlowAnswer() async throws {
        let deadline = Duration.milliseconds(500)
        try await HTTPServer.with(
            Self.configuration(deadline: deadline),
            respond: { request in
                _ = try? await request.body(upTo: 1000)
                // The answer comes once the deadline is over.
                let now = ContinuousClock.now
                while now.duration(to: .now) <= deadline { try? await Task.sleep(for: .milliseconds(10)) }
                return ServiceResponse(status: 200, body: Array("done".utf8))
            },
            body: { port in
                let connection = try RawConnection(port: port)
                // In one piece: on a busy machine the rest could come after the deadline.
                await connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nhalf")
                #expect(await connection.receive(until: "done").hasPrefix("HTTP/1.1 200 "))
            }
        )
    }

    @Test func aClientThatGoesAwayLeavesAnIncompleteBody() async throws {
        let errors = Mutex<[ServiceRequest.BodyError]>([])
        try await HTTPServer.with(
            Self.configuration(),
            respond: { request in
                do throws(ServiceRequest.BodyError) {
                    _ = try await request.body(upTo: 1000)
                } catch {
                    errors.withLock { $0.append(error) }
                }
                return ServiceResponse(status: 200)
            },
            body: { port in
                try await Self.sendHalf(to: port)
                try await eventually { errors.withLock { $0 } == [.incomplete] }
            }
        )
    }

    /// Half a request over a connection that is closed at the end.
    private static func sendHalf(to port: Int) async throws {
        let connection = try RawConnection(port: port)
        await connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nhalf")
    }

    @Test(arguments: [
        "GARBAGE\r\n\r\n", "GET / HTTP/1.1\r\nBad Header\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    ])
    func bytesThatAreNotHTTPAreNotServed(_ text: String) async throws {
        let calls = Mutex(0)
        try await HTTPServer.with(
            Self.configuration(),
            respond: { _ in
                calls.withLock { $0 += 1 }
                return ServiceResponse(status: 200)
            },
            body: { port in
                let connection = try RawConnection(port: port)
                await connection.send(text)
                let answer = await connection.receive()
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
            }
        )
        #expect(calls.withLock { $0 } == 0)
    }

    // MARK: Answers that go out wrong

    private func received(_ sending: ServiceResponse.Sending) async throws -> String {
        try await HTTPServer.with(
            Self.configuration(),
            respond: { _ in
                var response = ServiceResponse(status: 200, body: Array("0123456789".utf8))
                response.sending = sending
                return response
            }
        ) { port in
            let connection = try RawConnection(port: port)
            #expect(await connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
            if case .slowly = sending { return await connection.receive(until: "0123456789") }
            return await connection.receive()
        }
    }

    @Test func aConnectionThatIsClosedSendsNoByte() async throws {
        #expect(try await received(.nothing) == "")
        #expect(try await received(.reset) == "")
    }

    @Test func halfAnAnswerAnnouncesItsFullLength() async throws {
        let text = try await received(.half)
        #expect(text.lowercased().contains("content-length: 10\r\n"))
        #expect(text.hasSuffix("\r\n\r\n01234"))
    }

    @Test func aSlowAnswerIsCompleteInTheEnd() async throws {
        #expect(try await received(.slowly(bytesPerSecond: 100)).hasSuffix("0123456789"))
    }
}
