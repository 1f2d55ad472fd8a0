import HTTPService
import NIOCore
import NIOHTTP1
import Testing

@testable import Webhooks

/// What a connection does about each part of its requests.
@Suite("RequestSequence", .timeLimit(.minutes(5)))
struct RequestSequenceTests {
    /// Parts of requests, and the actions that they lead to, as words.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var parts: [String]
        var actions: [String]
        var others = true
        var isOver = false
    }

    static let all: [Case] = [
        Case(
            testDescription: "two requests",
            parts: ["POST /direct", "ab", "cd", "end", "answered", "POST /direct?q", "end"],
            actions: ["none", "none", "none", "serve abcd", "answered", "none", "serve "]
        ),
        Case(
            testDescription: "another path, answered here",
            parts: ["GET /x?y", "ab", "end", "POST /direct"],
            actions: ["answer /x", "none", "none", "none"]
        ),
        Case(testDescription: "another path, left", parts: ["GET /x"], actions: ["hand over"], others: false),
        Case(
            testDescription: "another method",
            parts: ["GET /direct", "end", "POST /direct"],
            actions: ["answer method", "none", "none"]
        ),
        Case(
            testDescription: "a body that turns out too large",
            parts: ["POST /direct", "abc", "def", "ghi", "end", "POST /direct"],
            actions: ["none", "none", "answer tooLarge", "none", "none", "none"]
        ),
        Case(
            testDescription: "a body that is announced too large",
            parts: ["POST /direct 6", "abc", "end"],
            actions: ["answer tooLarge", "none", "none"]
        ),
        Case(
            testDescription: "the last request",
            parts: ["POST /direct close", "end", "answered"],
            actions: ["none", "serve ", "answered"],
            isOver: true
        ),
        Case(
            testDescription: "a refusal of the last request waits for its end",
            parts: ["GET /direct close", "ab", "end"],
            actions: ["answer method", "none", "close"],
            isOver: true
        ),
        Case(
            testDescription: "half a request",
            parts: ["POST /direct", "ab", "input ended"],
            actions: ["none", "none", "answer incomplete"],
            isOver: true
        ),
        Case(testDescription: "no request", parts: ["input ended"], actions: ["no answer"], isOver: true),
    ]

    private static func answer(_ text: String) -> EncodedAnswer {
        EncodedAnswer(ServiceResponse(status: 200, body: Array(text.utf8)))
    }

    private static func text(_ answer: EncodedAnswer?) -> String {
        answer.map { "answer " + String(decoding: $0.response.body, as: UTF8.self) } ?? "no answer"
    }

    private static func part(_ text: String) -> HTTPServerRequestPart {
        let words = text.split(separator: " ").map { String($0) }
        if text == "end" { return .end(nil) }
        guard words.count > 1 else { return .body(ByteBuffer(string: text)) }
        var head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: words[0]), uri: words[1])
        if words.last == "close" { head.headers.add(name: "Connection", value: "close") }
        if words.last == "6" { head.headers.add(name: "Content-Length", value: "6") }
        return .head(head)
    }

    @Test(arguments: all) func actions(_ row: Case) {
        var route = EventRoute(
            path: "/direct",
            maximumBody: 5,
            wrongMethod: { Self.answer("method") },
            refuseBody: { reason in Self.answer("\(reason)") },
            serve: { _, _, _ in }
        )
        if row.others { route.otherPath = { path in Self.answer(path) } }
        var requests = RequestSequence(route)
        let actions = row.parts.map { Self.action($0, &requests) }
        #expect(actions == row.actions)
        #expect(requests.isOver == row.isOver && requests.isServing == (actions.last == "serve "))
    }

    private static func action(_ part: String, _ requests: inout RequestSequence) -> String {
        switch part {
        case "answered":
            requests.answered()
            return "answered"
        case "input ended": return text(requests.inputEnded())
        default:
            switch requests.receive(Self.part(part)) {
            case .none: return "none"
            case .answer(let answer): return text(answer)
            case .close: return "close"
            case .serve(_, let body): return "serve \(String(buffer: body))"
            case .handOver: return "hand over"
            }
        }
    }
}
