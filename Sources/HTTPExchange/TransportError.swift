import NIOSSL

/// Why a request has no response, and whether the server may have acted on it.
public struct TransportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened to the request.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code as a word.
        public let description: String

        /// Nothing of the body was sent: no such host, refused, TLS failed, or no connection in time.
        public static let notSent = Code(description: "notSent")
        /// The request must not go to the address that answered, so nothing of it was sent, and never will be.
        public static let refused = Code(description: "refused")
        /// The certificate of the other side is not trusted, so nothing was sent.
        public static let untrusted = Code(description: "untrusted")
        /// The server may have acted on the request: reset or timed out after it was sent, or the answer was cut off.
        public static let unknown = Code(description: "unknown")
        /// The server acted on the request, and the answer is larger than allowed.
        public static let responseTooLarge = Code(description: "responseTooLarge")
        /// The task was cancelled after the request was sent; the server may have acted on it.
        public static let cancelled = Code(description: "cancelled")
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

    /// Whether the server may have acted on the request.
    public var mayHaveBeenHandled: Bool { ![.notSent, .refused, .untrusted].contains(code) }
}

/// Why a TLS handshake failed, in words.
package enum TLSFailure {
    /// The message of an error of the TLS library, without codes and places in its source.
    ///
    /// - Returns: a text such as `certificate verify failed`; nil if the error is of another kind.
    package static func reason(of error: any Error) -> String? {
        let mark = "OPENSSL_internal:"
        let words = "\(error)".split(separator: mark).dropFirst().compactMap { $0.split(separator: " ").first }
        if let first = words.first { return first.split(separator: "_").joined(separator: " ").lowercased() }
        guard case .handshakeFailed? = error as? NIOSSLError else { return nil }
        return "the other side broke it off"
    }
}
