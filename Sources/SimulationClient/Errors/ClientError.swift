import ExactJSON

/// An operation that did not come to its end: what happened, why, and what to do about it.
public struct ClientError: Error, Sendable {
    /// What kind of failure it is; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code as a word.
        public let description: String

        /// The client's credentials or its fresh token were refused.
        public static let credentialsRejected = Code(description: "credentialsRejected")
        /// The token endpoint answered without a usable bearer token.
        public static let badTokenAnswer = Code(description: "badTokenAnswer")
        /// The token lacks a scope, or the client may not do this at all.
        public static let forbidden = Code(description: "forbidden")
        /// The payload was refused; the message names every field.
        public static let validationRejected = Code(description: "validationRejected")
        /// The simulation does not exist, or this client may not see it.
        public static let notFound = Code(description: "notFound")
        /// The other side does not have this operation.
        public static let notOffered = Code(description: "notOffered")
        /// No connection could be made, or each one broke before the end of an answer.
        public static let unreachable = Code(description: "unreachable")
        /// The server refused, or kept failing.
        public static let refusedByServer = Code(description: "refusedByServer")
        /// The server kept asking for fewer requests.
        public static let rateLimited = Code(description: "rateLimited")
        /// The deadline came first.
        public static let timedOut = Code(description: "timedOut")
        /// It may have happened; nothing more can be found out.
        public static let outcomeUnknown = Code(description: "outcomeUnknown")
        /// The server pointed to another place; redirects are not followed, they would carry the token there.
        public static let redirected = Code(description: "redirected")
        /// The answer is not one of this API.
        public static let protocolViolation = Code(description: "protocolViolation")
        /// The task was cancelled.
        public static let cancelled = Code(description: "cancelled")
    }

    /// What kind of failure it is.
    public var code: Code
    /// What happened and why, fit to be shown: see ``RemoteText``.
    public var message: String
    /// What to do about it; may be empty.
    public var remedy: String
    /// The status of the last response; nil without a response.
    public var status: Int?
    /// The `X-Request-Id` of the last attempt, to be found in the server's logs.
    public var requestID: String?
    /// How long the server wanted us to wait.
    public var retryAfter: Duration?
    /// Whether a request of the operation itself, beside that for its token, may have reached the other side.
    public internal(set) var wasSent = false
    /// Whether the same request may well succeed later.
    public var isTransient = false
    /// The error beneath.
    public var cause: (any Error)?

    /// Creates an error.
    public init(_ code: Code, _ message: String, remedy: String = "", status: Int? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.status = status
        self.cause = cause
    }
}

extension ClientError: CustomStringConvertible {
    /// The message, the request id and the remedy.
    public var description: String {
        let place = requestID.map { "(request \($0))" }
        // A message of several lines ends with a line break, and the rest follows on its own line.
        let isList = message.hasSuffix("\n")
        let head = message + (place.map { isList ? $0 : " \($0)" } ?? "") + (isList ? "" : ".")
        return remedy.isEmpty ? head : head + (isList && place == nil ? "" : " ") + remedy
    }

    static var cancelled: ClientError { ClientError(.cancelled, "interrupted") }

    /// The same failure with more words at the end of its message, and with another code if one is given.
    func adding(_ words: String, code: Code? = nil) -> ClientError {
        var error = self
        error.code = code ?? self.code
        error.message += "; " + words
        return error
    }

    /// The same failure when no further attempt fits before the deadline.
    func beyondDeadline() -> ClientError {
        let wait = retryAfter.map { "the server asks to wait \($0.text), which is beyond the time that is left" }
        return adding(wait ?? "the time is up", code: .timedOut)
    }

    /// The same failure when the client's budget for retries is used up.
    func withoutRetries() -> ClientError { adding("not tried again, the client's budget for retries is used up") }
}
