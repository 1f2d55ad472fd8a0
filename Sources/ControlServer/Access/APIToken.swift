import Crypto
import Foundation

/// The bearer token of the control API; only its digest is kept.
package struct APIToken: Sendable {
    private let digest: SHA256.Digest

    /// The token of a text.
    package init(_ text: String) { digest = SHA256.hash(data: Data(text.utf8)) }

    /// A new random token of 256 bits, to be shown once.
    package static func random() -> (text: String, token: APIToken) {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        let text =
            "rbk_"
            + bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return (text, APIToken(text))
    }

    /// Whether a value of `Authorization` carries the token (RFC 6750 section 2.1).
    ///
    /// Digests are compared, so the time taken tells nothing of the token.
    func matches(authorization: String) -> Bool {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
        return SHA256.hash(data: Data(parts[1].utf8)) == digest
    }
}
