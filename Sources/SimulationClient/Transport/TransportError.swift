/// Why a request has no response, and whether the other side may have acted on it.
public struct TransportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened to the request.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Word: String { case notSent, unknown, responseTooLarge, cancelled }
        private let word: Word

        /// Nothing of the body was sent: no such host, refused, TLS failed, or no connection in time.
        public static let notSent = Code(word: .notSent)
        /// It may have been handled: reset or timed out after it was sent, or the answer was cut off.
        public static let unknown = Code(word: .unknown)
        /// It was handled, and the answer is larger than was allowed.
        public static let responseTooLarge = Code(word: .responseTooLarge)
        /// The task was cancelled after the request was sent; it may have been handled.
        public static let cancelled = Code(word: .cancelled)

        /// The word of the code.
        public var description: String { word.rawValue }
    }

    /// What happened to the request.
    public var code: Code
    /// What went wrong, in words.
    public var message: String

    /// Creates an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }

    /// Whether the other side may have acted on the request.
    public var mayHaveBeenHandled: Bool { code != .notSent }
}
