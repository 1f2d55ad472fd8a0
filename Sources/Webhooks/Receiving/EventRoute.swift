import HTTPService
import NIOCore
import Synchronization

/// A path that takes `POST`, and whose requests are answered without a task for each.
struct EventRoute: Sendable {
    /// The path, without a query.
    var path: String
    /// The same path below that of a proxy; `nil` if it has none.
    var publicPath: String?
    /// The largest body, in bytes.
    var maximumBody: Int
    /// The answer to any other method.
    var wrongMethod: @Sendable () -> EncodedAnswer
    /// The answer to a body that is too large or incomplete.
    var refuseBody: @Sendable (ServiceRequest.BodyError) -> EncodedAnswer
    /// The answer to any other path; `nil` leaves a connection that asks for one to the next handler.
    var otherPath: (@Sendable (_ path: String) -> EncodedAnswer)?
    /// Answers a complete request; must call `reply` exactly once, from any thread.
    var serve: @Sendable (_ headers: DeliveryHeaders, _ body: [UInt8], _ reply: EventReply) -> Void

    /// Whether a path without its query is this one.
    func hasPath(_ text: some StringProtocol) -> Bool { text == path || publicPath.map { text == $0 } ?? false }
}

/// Sends the answer to a request back to its connection.
final class EventReply: Sendable {
    fileprivate let connection: NIOLoopBound<EventConnection>
    private let answers: AnswerQueue

    init(_ connection: NIOLoopBound<EventConnection>, _ answers: AnswerQueue) {
        self.connection = connection
        self.answers = answers
    }

    /// Sends the answer; callable once, from any thread.
    func callAsFunction(_ answer: EncodedAnswer) { answers.add(answer, to: self) }
}

/// Answers on their way to an event loop, which is woken once for all that are added until it runs.
final class AnswerQueue: Sendable {
    private let eventLoop: any EventLoop
    private let answers = Mutex<[(reply: EventReply, answer: EncodedAnswer)]>([])

    init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    fileprivate func add(_ answer: EncodedAnswer, to reply: EventReply) {
        let isFirst = answers.withLock { answers in
            answers.append((reply, answer))
            return answers.count == 1
        }
        if isFirst { eventLoop.execute { self.deliver() } }
    }

    private func deliver() {
        let batch = answers.withLock { answers in
            defer { answers = [] }
            return answers
        }
        for (reply, answer) in batch { reply.connection.value.answer(answer) }
    }
}
