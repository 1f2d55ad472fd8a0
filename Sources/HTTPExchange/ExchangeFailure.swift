import Addresses
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import RingbackHome

/// What an error of the libraries says about a request, in our own words.
package struct ExchangeFailure {
    /// `unknown` stands for `notSent` too: the error does not say whether the body had left.
    var code: TransportError.Code
    package var message: String

    /// - Parameter host: the host of the request.
    package init(_ error: any Error, host: String = "") {
        (code, message) =
            switch error {
            case let error as TransportError: (error.code, error.message)
            case let beyond as BeyondLoopback: (.refused, Self.words(beyond, host))
            case is CancellationError: (.cancelled, "cancelled")
            // NIO's own text wraps the system's message in three others.
            case let error as IOError: (.unknown, SystemError.text(error.errnoCode))
            case let error as NIOConnectionError: (.notSent, Self.words(error, host))
            case ChannelError.connectTimeout: (.notSent, "there was no connection in time")
            case NIOHTTPDecompression.DecompressionError.limit:
                (.responseTooLarge, "the answer is too large once it is decompressed")
            case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
                (.unknown, "the compression of the answer is broken")
            case HTTPParserError.invalidEOFState: Self.words(HTTPClientError.remoteConnectionClosed)
            case let error as NIOSSLExtraError where error == .failedToValidateHostname:
                (.untrusted, "the TLS handshake failed: the certificate is not for \(host)")
            case let error as HTTPClientError: Self.words(error)
            default: Self.handshake(error) ?? (.unknown, "what came is not an answer in HTTP")
            }
    }

    private static func words(_ beyond: BeyondLoopback, _ host: String) -> String {
        let place = host == beyond.address ? "" : "\(host) is at "
        return
            "\(place)\(beyond.address), which is not this machine, and http hides nothing on the way; \(ClearText.advice)"
    }

    static let proxyAdvice = "; behind a proxy, set HTTPS_PROXY"

    private static func words(_ error: NIOConnectionError, _ host: String) -> String {
        guard let first = error.connectionErrors.first?.error else {
            return "the name \(error.host) has no address here\(proxyAdvice)"
        }
        return ExchangeFailure(first, host: host).message
    }

    private static func handshake(_ error: any Error) -> (TransportError.Code, String)? {
        guard let reason = TLSFailure.reason(of: error) else { return nil }
        let code: TransportError.Code = reason == "certificate verify failed" ? .untrusted : .unknown
        return (code, "the TLS handshake failed: \(reason)")
    }

    private static func words(_ error: HTTPClientError) -> (TransportError.Code, String) {
        switch error {
        case .cancelled: (.cancelled, "cancelled")
        case .connectTimeout, .getConnectionFromPoolTimeout: (.notSent, "there was no connection in time")
        case .tlsHandshakeTimeout: (.notSent, "the TLS handshake took too long")
        case .httpProxyHandshakeTimeout: (.notSent, "it did not answer in time")
        case .proxyAuthenticationRequired: (.notSent, "it wants a user name and a password (407)")
        case .invalidProxyResponse: (.notSent, "it refused to connect to the host")
        case .invalidURL, .emptyHost, .emptyScheme: (.notSent, "the address cannot be used")
        case .alreadyShutdown: (.notSent, "the connections were closed")
        case .deadlineExceeded, .readTimeout, .writeTimeout: (.unknown, "there was no answer in time")
        case .remoteConnectionClosed: (.unknown, "the connection was closed before the answer was complete")
        default: (.unknown, "the exchange broke off")
        }
    }
}
