import Crypto
import Foundation

/// A bearer token of the control API; only its digest is kept.
package struct APIToken: Hashable, Sendable {
    /// The SHA-256 of the token.
    package let digest: [UInt8]

    package init(_ text: String) { digest = Array(SHA256.hash(data: Array(text.utf8))) }

    init(digest: [UInt8]) { self.digest = digest }

    /// A new random token of 256 bits, to be shown once; its prefix lets scanners of published code recognise it.
    package static func random() -> (text: String, token: APIToken) {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        let text =
            "rbk_"
            + bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return (text, APIToken(text))
    }

    /// Whether both are the same; the time that this takes says nothing of where they differ.
    func matches(_ other: APIToken) -> Bool {
        guard digest.count == other.digest.count else { return false }
        return zip(digest, other.digest).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// The token that a value of `Authorization` carries (RFC 6750 section 2.1).
    static func bearer(in authorization: String) -> String? {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
