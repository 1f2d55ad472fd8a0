import NIOCore

/// A path that takes `POST`, and that a server answers on the event loop itself, without a task or a router for each request.
package struct DirectRoute: Sendable {
    /// The path, without a query.
    package var path: String
    /// The largest body, in bytes.
    package var maximumBody: Int
    /// The answer to any other method.
    package var wrongMethod: DirectAnswer
    /// The answer to a body that is too large, or that breaks off.
    package var refuseBody: @Sendable (ServiceRequest.BodyError) -> DirectAnswer
    /// Answers a request that has come whole: at once, or later from any thread, but once.
    package var serve: @Sendable (_ fields: RequestFields, _ body: [UInt8], _ reply: DirectReply) -> Void

    /// Creates a route.
    package init(
        path: String,
        maximumBody: Int,
        wrongMethod: DirectAnswer,
        refuseBody: @escaping @Sendable (ServiceRequest.BodyError) -> DirectAnswer,
        serve: @escaping @Sendable (RequestFields, [UInt8], DirectReply) -> Void
    ) {
        self.path = path
        self.maximumBody = maximumBody
        self.wrongMethod = wrongMethod
        self.refuseBody = refuseBody
        self.serve = serve
    }
}

/// The way back to the connection that a request came on.
package final class DirectReply: Sendable {
    private let mailbox: AnswerMailbox
    let connection: NIOLoopBound<DirectRouteHandler>

    init(_ connection: NIOLoopBound<DirectRouteHandler>, mailbox: AnswerMailbox) {
        self.connection = connection
        self.mailbox = mailbox
    }

    /// Sends the answer; callable from any thread, once.
    package func callAsFunction(_ answer: DirectAnswer) {
        mailbox.post(AnswerMailbox.Letter(reply: self, answer: answer))
    }
}
