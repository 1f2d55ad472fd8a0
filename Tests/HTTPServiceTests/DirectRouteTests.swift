import Logging
import NIOHTTP1
import RingbackTestKit
import Synchronization
import Testing

@testable import HTTPService

/// A route beside other paths on the same connections: one request at a time, answers in the order of the requests.
@Suite("DirectRoute", .timeLimit(.minutes(5)))
struct DirectRouteTests {
    private static func answer(_ text: String, status: Int = 200) -> DirectAnswer {
        DirectAnswer(ServiceResponse(status: status, body: Array(text.utf8)))
    }

    /// Answers with the body, from another thread.
    private static let route = DirectRoute(
        path: "/direct",
        maximumBody: 10,
        wrongMethod: answer("[refused]", status: 405),
        refuseBody: { answer("[\($0)]", status: $0 == .tooLarge ? 413 : 400) },
        serve: { _, body, reply in
            Task.detached { reply(answer("[\(String(decoding: body, as: UTF8.self))]")) }
        }
    )

    private static func other(_ request: ServiceRequest) async -> ServiceResponse {
        let body = (try? await request.body(upTo: 1000)) ?? []
        return ServiceResponse(
            status: 200,
            body: Array("<\(request.path) \(String(decoding: body, as: UTF8.self))>".utf8)
        )
    }

    private static func post(_ path: String, _ body: String, extra: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: x\r\n\(extra)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func exchange(
        _ text: String,
        until end: String?,
        finish: Bool = false
    ) async throws -> String {
        try await Loopback.serve(direct: Self.route, Self.other) { origin in
            let connection = try RawConnection(port: try #require(Int(origin.split(separator: ":").last ?? "")))
            await connection.send(text)
            if finish { connection.finishSending() }
            return await connection.receive(until: end)
        }
    }

    /// The bodies of the answers, in order.
    private func bodies(_ received: String) -> [String] {
        received.matches(of: /\[[^\]]*\]|<[^>]*>/).map { String($0.output) }
    }

    @Test func pipelinedRequestsOfBothKindsAreAnsweredInOrder() async throws {
        var text = ""
        var expected: [String] = []
        for number in 0..<60 {
            let isDirect = number % 3 != 1
            text += Self.post(isDirect ? "/direct" : "/other", "\(number)")
            expected.append(isDirect ? "[\(number)]" : "</other \(number)>")
        }
        #expect(try await bodies(exchange(text, until: "[59]")) == expected)
    }

    @Test func aConnectionServesOneRequestAfterTheOther() async throws {
        try await Loopback.serve(direct: Self.route, Self.other) { origin in
            let connection = try RawConnection(port: try #require(Int(origin.split(separator: ":").last ?? "")))
            for number in 0..<20 {
                await connection.send(Self.post(number % 2 == 0 ? "/direct?q" : "/other?q", "\(number)"))
                let answer = await connection.receive(until: number % 2 == 0 ? "]" : ">")
                #expect(bodies(answer) == [number % 2 == 0 ? "[\(number)]" : "</other \(number)>"])
            }
        }
    }

    @Test func whatComesInPiecesIsPutTogether() async throws {
        try await Loopback.serve(direct: Self.route) { origin in
            let connection = try RawConnection(port: try #require(Int(origin.split(separator: ":").last ?? "")))
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

    /// Plain requests, then anything else: answers and order do not show which of them went past the decoder.
    @Test func requestsOfAllKindsFollowEachOther() async throws {
        try await Loopback.serve(direct: Self.route, Self.other) { origin in
            let connection = try RawConnection(port: try #require(Int(origin.split(separator: ":").last ?? "")))
            func send(_ text: String, expecting answers: [String]) async {
                await connection.send(text)
                #expect(await bodies(connection.receive(until: answers.last)) == answers)
            }
            for number in 0..<5 { await send(Self.post("/direct", "\(number)"), expecting: ["[\(number)]"]) }
            await send(Self.post("/direct", "a") + Self.post("/direct", "b"), expecting: ["[a]", "[b]"])
            for number in 0..<5 { await send(Self.post("/direct", "\(number)"), expecting: ["[\(number)]"]) }
            await send(Self.post("/direct", "12345678901"), expecting: ["[tooLarge]"])
            await send(Self.post("/other", "o"), expecting: ["</other o>"])
            await send(Self.post("/direct", "z"), expecting: ["[z]"])
        }
    }

    /// The second request is as plain as the first, and comes in a read of its own while that is being served.
    @Test func noRequestIsServedBeforeTheOneBeforeItIsAnswered() async throws {
        let served = Mutex<[String]>([])
        let first = Mutex<DirectReply?>(nil)
        let route = DirectRoute(
            path: "/direct",
            maximumBody: 10,
            wrongMethod: Self.answer("[refused]", status: 405),
            refuseBody: { Self.answer("[\($0)]", status: 400) },
            serve: { _, body, reply in
                let text = String(decoding: body, as: UTF8.self)
                served.withLock { $0.append(text) }
                if text == "1" { first.withLock { $0 = reply } } else { reply(Self.answer("[\(text)]")) }
            }
        )
        try await Loopback.serve(direct: route) { origin in
            let port = try #require(Int(origin.split(separator: ":").last ?? ""))
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

    @Test func aPlainRequestIsAnsweredAfterTheClientHasFinished() async throws {
        #expect(try await bodies(exchange(Self.post("/direct", "1"), until: nil, finish: true)) == ["[1]"])
    }

    @Test func aBodyThatIsTooLargeIsRefusedAndTheConnectionGoesOn() async throws {
        let text = Self.post("/direct", "12345678901") + Self.post("/direct", "next")
        #expect(try await bodies(exchange(text, until: "[next]")) == ["[tooLarge]", "[next]"])
    }

    @Test func aHeadMayBeRefusedAndTheConnectionGoesOn() async throws {
        let text =
            "DELETE /direct HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" + Self.post("/direct", "next")
        let answer = try await exchange(text, until: "[next]")
        #expect(answer.hasPrefix("HTTP/1.1 405 ") && bodies(answer) == ["[refused]", "[next]"])
    }

    @Test func aHeadRequestGetsNoBody() async throws {
        let text = "HEAD /direct HTTP/1.1\r\nHost: x\r\n\r\n" + Self.post("/direct", "next")
        let answer = try await exchange(text, until: "[next]")
        #expect(bodies(answer) == ["[next]"] && answer.contains("content-length: 9\r\n"))
    }

    @Test(arguments: ["HTTP/1.0\r\n", "HTTP/1.1\r\nConnection: close\r\n"])
    func whoeverAsksForAnEndGetsIt(_ head: String) async throws {
        let text = "POST /direct \(head)Host: x\r\nContent-Length: 1\r\n\r\na"
        let answer = try await exchange(text, until: nil)
        #expect(bodies(answer) == ["[a]"] && answer.contains("connection: close\r\n"))
    }

    @Test func aClientThatSendsNoMoreStillGetsItsAnswers() async throws {
        let text = Self.post("/direct", "1") + Self.post("/other", "2") + Self.post("/direct", "3")
        #expect(try await bodies(exchange(text, until: nil, finish: true)) == ["[1]", "</other 2>", "[3]"])
    }

    @Test func halfARequestIsRefused() async throws {
        let text = Self.post("/direct", "1") + "POST /direct HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"
        #expect(try await bodies(exchange(text, until: nil, finish: true)) == ["[1]", "[incomplete]"])
    }

    @Test func nonsenseAfterARequestDoesNotOvertakeItsAnswer() async throws {
        let answer = try await exchange(Self.post("/direct", "1") + "NONSENSE\r\n\r\n", until: nil)
        #expect(bodies(answer) == ["[1]"])
        #expect(answer.contains("HTTP/1.1 400 "), "\(answer)")
    }

    @Test func theServerAnswersWhatItHasBeforeItStops() async throws {
        let (arrived, arrival) = AsyncStream<DirectReply>.makeStream()
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
        try await Loopback.serve(direct: route) { origin in
            let connection = try RawConnection(port: try #require(Int(origin.split(separator: ":").last ?? "")))
            await connection.send(Self.post("/direct", "1"))
            connections.withLock { $0 = connection }
            for await _ in asked { break }
        }
        try await answering.value
        let connection = try #require(connections.withLock { $0 })
        #expect(await bodies(connection.receive()) == ["[late]"])
    }

    @Test func idleConnectionsMayBeMany() async throws {
        var configuration = HTTPServer.Configuration(host: "127.0.0.1", port: 0, logger: Logger(label: "test"))
        configuration.limits.connections = 3
        configuration.limits.headDeadline = .milliseconds(300)
        try await HTTPServer.with(configuration, direct: Self.route) { port in
            let idle = try (0..<3).map { _ in try RawConnection(port: port) }
            // The fourth waits in the backlog until the deadline of the others is over.
            let connection = try RawConnection(port: port)
            await connection.send(Self.post("/direct", "1"))
            #expect(await bodies(connection.receive(until: "]")) == ["[1]"])
            for other in idle { #expect(await other.receive() == "") }
        }
    }
}
