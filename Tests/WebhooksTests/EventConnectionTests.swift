import HTTPService
import NIOHTTP1
import RingbackTestKit
import Synchronization
import Testing

@testable import Webhooks

/// A connection serves one request at a time, and answers in the order of the requests.
@Suite("EventConnection", .timeLimit(.minutes(5)))
struct EventConnectionTests {
    /// What answers the other paths.
    enum Others: CaseIterable {
        /// The connection itself, as in a run.
        case theConnection
        /// The server behind it, as in the service.
        case theServer

        /// The answer to `POST /other`.
        func answer(_ body: String) -> String { self == .theServer ? "</other \(body)>" : "</other>" }
    }

    private static func answer(_ text: String, status: Int = 200) -> EncodedAnswer {
        EncodedAnswer(ServiceResponse(status: status, body: Array(text.utf8)))
    }

    /// Answers with the body, from another thread.
    private static let route = EventRoute(
        path: "/direct",
        maximumBody: 10,
        wrongMethod: { answer("[refused]", status: 405) },
        refuseBody: { answer("[\($0)]", status: $0 == .tooLarge ? 413 : 400) },
        serve: { _, body, reply in
            Task.detached { reply(answer("[\(String(decoding: body, as: UTF8.self))]")) }
        }
    )

    /// Answers what the connection has left to the server: the other path, and the route's own after it.
    private static func respond(_ request: ServiceRequest) async -> ServiceResponse {
        let isRoute = request.path == "/direct"
        let text: String
        do {
            text = String(decoding: try await request.body(upTo: isRoute ? 10 : 1000), as: UTF8.self)
        } catch {
            text = "\(error)"
        }
        let answer = isRoute ? "[\(text)]" : "<\(request.path) \(text)>"
        return ServiceResponse(status: 200, body: Array(answer.utf8))
    }

    private static func post(_ path: String, _ body: String, extra: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: x\r\n\(extra)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// Serves the route while `body` runs.
    private static func serve<Result: Sendable>(
        _ others: Others,
        _ route: EventRoute = route,
        _ configuration: HTTPServer.Configuration = Loopback.configuration(),
        body: @Sendable (_ port: Int) async throws -> Result
    ) async throws -> Result {
        var (route, configuration) = (route, configuration)
        if others == .theConnection { route.otherPath = { answer("<\($0)>", status: 404) } }
        let handler = WebhookReceiver.handler(route, &configuration)
        return switch others {
        case .theConnection: try await HTTPServer.with(configuration, servedBy: handler, body: body)
        case .theServer: try await HTTPServer.with(configuration, handler: handler, respond: respond, body: body)
        }
    }

    private func exchange(
        _ text: String,
        until end: String?,
        finish: Bool = false,
        _ others: Others
    ) async throws -> String {
        try await Self.serve(others) { port in
            let connection = try RawConnection(port: port)
            await connection.send(text)
            if finish { connection.finishSending() }
            return await connection.receive(until: end)
        }
    }

    @Test(arguments: ProtocolCase.all, Others.allCases)
    func theProtocolIsThatOfEveryServer(_ protocol: ProtocolCase, _ others: Others) async throws {
        try await Self.serve(others) { port in
            let problem = try await `protocol`.problem(port: port, path: "/direct")
            #expect(problem == nil)
        }
    }

    /// The bodies of the answers, in order.
    private func bodies(_ received: String) -> [String] {
        received.matches(of: /\[[^\]]*\]|<[^>]*>/).map { String($0.output) }
    }

    @Test(arguments: Others.allCases) func pipelinedRequestsOfBothKindsAreAnsweredInOrder(_ others: Others) async throws
    {
        var text = ""
        var expected: [String] = []
        for number in 0..<60 {
            let isDirect = number % 3 != 1
            text += Self.post(isDirect ? "/direct" : "/other", "\(number)")
            expected.append(isDirect ? "[\(number)]" : others.answer("\(number)"))
        }
        #expect(try await bodies(exchange(text, until: "[59]", others)) == expected)
    }

    @Test(arguments: Others.allCases) func aConnectionServesOneRequestAfterTheOther(_ others: Others) async throws {
        try await Self.serve(others) { port in
            let connection = try RawConnection(port: port)
            for number in 0..<20 {
                await connection.send(Self.post(number % 2 == 0 ? "/direct?q" : "/other?q", "\(number)"))
                let answer = await connection.receive(until: number % 2 == 0 ? "]" : ">")
                #expect(bodies(answer) == [number % 2 == 0 ? "[\(number)]" : others.answer("\(number)")])
            }
        }
    }

    @Test(arguments: Others.allCases) func aRequestThatArrivesInPiecesIsPutTogether(_ others: Others) async throws {
        try await Self.serve(others) { port in
            let connection = try RawConnection(port: port)
            for piece in ["POST /dir", "ect HTTP/1.1\r\nHost: x\r\nContent-", "Length: 6\r\n\r\n", "ab", "cd", "ef"] {
                await connection.send(piece)
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(await bodies(connection.receive(until: "]")) == ["[abcdef]"])
            let chunked = "POST /direct HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            await connection.send(chunked + "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
            #expect(await bodies(connection.receive(until: "]")) == ["[abc]"])
        }
    }

    @Test(arguments: Others.allCases) func requestsOfAllKindsFollowEachOther(_ others: Others) async throws {
        try await Self.serve(others) { port in
            let connection = try RawConnection(port: port)
            func send(_ text: String, expecting answers: [String]) async {
                await connection.send(text)
                #expect(await bodies(connection.receive(until: answers.last)) == answers)
            }
            for number in 0..<5 { await send(Self.post("/direct", "\(number)"), expecting: ["[\(number)]"]) }
            await send(Self.post("/direct", "a") + Self.post("/direct", "b"), expecting: ["[a]", "[b]"])
            for number in 0..<5 { await send(Self.post("/direct", "\(number)"), expecting: ["[\(number)]"]) }
            await send(Self.post("/direct", "12345678901"), expecting: ["[tooLarge]"])
            await send(Self.post("/other", "o"), expecting: [others.answer("o")])
            await send(Self.post("/direct", "z"), expecting: ["[z]"])
        }
    }

    /// The second request arrives in a read of its own while the first is being served.
    @Test(arguments: Others.allCases) func noRequestIsServedBeforeTheOneBeforeItIsAnswered(_ others: Others)
        async throws
    {
        let served = Mutex<[String]>([])
        let first = Mutex<EventReply?>(nil)
        let route = EventRoute(
            path: "/direct",
            maximumBody: 10,
            wrongMethod: { Self.answer("[refused]", status: 405) },
            refuseBody: { Self.answer("[\($0)]", status: 400) },
            serve: { _, body, reply in
                let text = String(decoding: body, as: UTF8.self)
                served.withLock { $0.append(text) }
                if text == "1" { first.withLock { $0 = reply } } else { reply(Self.answer("[\(text)]")) }
            }
        )
        try await Self.serve(others, route) { port in
            let (connection, other) = (try RawConnection(port: port), try RawConnection(port: port))
            await connection.send(Self.post("/direct", "1"))
            while first.withLock({ $0 == nil }) { await Task.yield() }
            await connection.send(Self.post("/direct", "2"))
            // One loop serves all connections: when it has answered these, one after the other, it has read that too.
            for text in ["3", "4"] {
                await other.send(Self.post("/direct", text))
                #expect(await bodies(other.receive(until: "[\(text)]")) == ["[\(text)]"])
            }
            #expect(served.withLock { $0 } == ["1", "3", "4"])
            first.withLock { $0 }?(Self.answer("[1]"))
            #expect(await bodies(connection.receive(until: "[2]")) == ["[1]", "[2]"])
        }
    }

    @Test(arguments: Others.allCases) func aRequestIsAnsweredAfterTheClientHasFinished(_ others: Others) async throws {
        #expect(try await bodies(exchange(Self.post("/direct", "1"), until: nil, finish: true, others)) == ["[1]"])
    }

    @Test(arguments: Others.allCases) func aBodyThatIsTooLargeIsRefusedAndTheConnectionGoesOn(_ others: Others)
        async throws
    {
        let text = Self.post("/direct", "12345678901") + Self.post("/direct", "next")
        #expect(try await bodies(exchange(text, until: "[next]", others)) == ["[tooLarge]", "[next]"])
    }

    @Test(arguments: Others.allCases) func aHeadMayBeRefusedAndTheConnectionGoesOn(_ others: Others) async throws {
        let text =
            "DELETE /direct HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" + Self.post("/direct", "next")
        let answer = try await exchange(text, until: "[next]", others)
        #expect(answer.hasPrefix("HTTP/1.1 405 ") && bodies(answer) == ["[refused]", "[next]"])
    }

    @Test(arguments: Others.allCases) func aHeadRequestGetsNoBody(_ others: Others) async throws {
        let text = "HEAD /direct HTTP/1.1\r\nHost: x\r\n\r\n" + Self.post("/direct", "next")
        let answer = try await exchange(text, until: "[next]", others)
        #expect(bodies(answer) == ["[next]"] && answer.contains("content-length: 9\r\n"))
    }

    @Test(arguments: ["HTTP/1.0\r\n", "HTTP/1.1\r\nConnection: close\r\n"], Others.allCases)
    func aConnectionEndsIfItsClientAsksForThat(_ head: String, _ others: Others) async throws {
        let text = "POST /direct \(head)Host: x\r\nContent-Length: 1\r\n\r\na"
        let answer = try await exchange(text, until: nil, others)
        #expect(bodies(answer) == ["[a]"] && answer.contains("connection: close\r\n"))
    }

    @Test(arguments: Others.allCases) func aClientThatSendsNoMoreStillGetsItsAnswers(_ others: Others) async throws {
        let text = Self.post("/direct", "1") + Self.post("/other", "2") + Self.post("/direct", "3")
        #expect(
            try await bodies(exchange(text, until: nil, finish: true, others)) == ["[1]", others.answer("2"), "[3]"]
        )
    }

    @Test(arguments: Others.allCases) func halfARequestIsRefused(_ others: Others) async throws {
        let text = Self.post("/direct", "1") + "POST /direct HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"
        #expect(try await bodies(exchange(text, until: nil, finish: true, others)) == ["[1]", "[incomplete]"])
    }

    @Test(arguments: Others.allCases) func invalidBytesAfterARequestDoNotOvertakeItsAnswer(_ others: Others)
        async throws
    {
        let answer = try await exchange(Self.post("/direct", "1") + "NONSENSE\r\n\r\n", until: nil, others)
        #expect(bodies(answer) == ["[1]"])
        #expect(answer.contains("HTTP/1.1 400 "), "\(answer)")
    }

    @Test(arguments: Others.allCases) func theServerAnswersWhatItHasBeforeItStops(_ others: Others) async throws {
        let (arrived, arrival) = AsyncStream<EventReply>.makeStream()
        var route = Self.route
        route.serve = { _, _, reply in arrival.yield(reply) }
        let connections = Mutex<RawConnection?>(nil)
        let answering = Task {
            for await reply in arrived {
                try await Task.sleep(for: .milliseconds(100))
                reply(Self.answer("[late]"))
                return
            }
        }
        let (asked, ask) = AsyncStream<Void>.makeStream()
        route.serve = { _, _, reply in
            arrival.yield(reply)
            ask.yield()
        }
        try await Self.serve(others, route) { port in
            let connection = try RawConnection(port: port)
            await connection.send(Self.post("/direct", "1"))
            connections.withLock { $0 = connection }
            for await _ in asked { break }
        }
        try await answering.value
        let connection = try #require(connections.withLock { $0 })
        #expect(await bodies(connection.receive()) == ["[late]"])
    }

    @Test(arguments: Others.allCases) func manyConnectionsMayBeIdle(_ others: Others) async throws {
        var configuration = Loopback.configuration()
        configuration.limits.connections = 3
        configuration.limits.headDeadline = .milliseconds(300)
        try await Self.serve(others, Self.route, configuration) { port in
            let idle = try (0..<3).map { _ in try RawConnection(port: port) }
            // The fourth waits in the backlog until the deadline of the others is over.
            let connection = try RawConnection(port: port)
            await connection.send(Self.post("/direct", "1"))
            #expect(await bodies(connection.receive(until: "]")) == ["[1]"])
            for other in idle { #expect(await other.receive() == "") }
        }
    }
}
