import HTTPTypes
import NIOCore
package import NIOHTTP1

/// A path that a server answers on the event loop itself, without a task or a router for each request.
package struct DirectRoute: Sendable {
    /// The path, without a query.
    package var path: String
    /// The largest body, in bytes.
    package var maximumBody: Int
    /// Answers a request of which the head alone is known; `nil` where its body is wanted.
    package var refuse: @Sendable (HTTPRequestHead) -> DirectAnswer?
    /// The answer to a body that is too large, or that breaks off.
    package var refuseBody: @Sendable (ServiceRequest.BodyError) -> DirectAnswer
    /// Answers a request that has come whole: at once, or later from any thread, but once.
    package var serve: @Sendable (_ head: HTTPRequestHead, _ body: [UInt8], _ reply: DirectReply) -> Void

    /// Creates a route.
    package init(
        path: String,
        maximumBody: Int,
        refuse: @escaping @Sendable (HTTPRequestHead) -> DirectAnswer?,
        refuseBody: @escaping @Sendable (ServiceRequest.BodyError) -> DirectAnswer,
        serve: @escaping @Sendable (HTTPRequestHead, [UInt8], DirectReply) -> Void
    ) {
        self.path = path
        self.maximumBody = maximumBody
        self.refuse = refuse
        self.refuseBody = refuseBody
        self.serve = serve
    }
}

/// An answer that is ready to be written, and can be written many times.
package struct DirectAnswer: Sendable {
    let status: HTTPResponseStatus
    let headers: HTTPHeaders
    let body: ByteBuffer

    /// Prepares an answer.
    package init(_ response: ServiceResponse) {
        status = HTTPResponseStatus(statusCode: response.status)
        body = ByteBuffer(bytes: response.body)
        var headers = HTTPHeaders(response.headers.map { ($0.name.rawName, $0.value) })
        headers.replaceOrAdd(name: "content-length", value: "\(response.body.count)")
        self.headers = headers
    }

    /// The answer as a service gives it.
    package var response: ServiceResponse {
        var fields = HTTPFields()
        for (name, value) in headers {
            if let name = HTTPField.Name(name), name != .contentLength {
                fields.append(HTTPField(name: name, value: value))
            }
        }
        return ServiceResponse(status: Int(status.code), headers: fields, body: Array(body.readableBytesView))
    }
}

/// The way back to the connection that a request came on.
package struct DirectReply: Sendable {
    let mailbox: AnswerMailbox
    let connection: NIOLoopBound<DirectRouteHandler>

    /// Sends the answer; callable from any thread, once.
    package func callAsFunction(_ answer: DirectAnswer) {
        mailbox.post(AnswerMailbox.Letter(connection: connection, answer: answer))
    }
}
