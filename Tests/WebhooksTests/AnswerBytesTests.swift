import HTTPService
import HTTPTypes
import NIOCore
import Testing

@testable import Webhooks

/// What goes over the wire is the answer that was meant, with the date of its second, however often it has gone before.
@Suite("AnswerBytes", .timeLimit(.minutes(5)))
struct AnswerBytesTests {
    private let yes = EncodedAnswer(ServiceResponse(status: 200, body: Array("yes".utf8)))
    private let no = EncodedAnswer(
        ServiceResponse(status: 503, headers: [.retryAfter: "3"], body: Array("no".utf8))
    )

    private func lines(_ second: Int, _ status: String, _ fields: [String], _ body: String) -> String {
        let all = ["HTTP/1.1 \(status)"] + fields + ["", body]
        return all.joined(separator: "\r\n").replacing("DATE", with: "date: Thu, 01 Jan 1970 00:00:0\(second) GMT")
    }

    @Test func eachAnswerIsItsOwn() {
        var answers = AnswerBytes()
        func text(
            _ answer: EncodedAnswer,
            _ second: Int,
            _ connection: AnswerBytes.ConnectionField = .absent,
            hasBody: Bool = true
        ) -> String {
            String(buffer: answers.bytes(of: answer, connection: connection, hasBody: hasBody, now: second))
        }
        for _ in 1...2 {
            #expect(text(yes, 1) == lines(1, "200 OK", ["content-length: 3", "DATE"], "yes"))
            #expect(
                text(no, 1)
                    == lines(1, "503 Service Unavailable", ["Retry-After: 3", "content-length: 2", "DATE"], "no")
            )
            #expect(text(yes, 1) == lines(1, "200 OK", ["content-length: 3", "DATE"], "yes"))
            #expect(text(yes, 1) == lines(1, "200 OK", ["content-length: 3", "DATE"], "yes"))
            #expect(text(yes, 1, hasBody: false) == lines(1, "200 OK", ["content-length: 3", "DATE"], ""))
            #expect(
                text(yes, 1, .close)
                    == lines(1, "200 OK", ["content-length: 3", "DATE", "connection: close"], "yes")
            )
            #expect(text(yes, 1) == lines(1, "200 OK", ["content-length: 3", "DATE"], "yes"))
            #expect(text(yes, 2) == lines(2, "200 OK", ["content-length: 3", "DATE"], "yes"))
        }
    }
}
