import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A key that signs webhooks (Standard Webhooks: `whsec_` and Base64 of 24 to 64 bytes).
///
/// The key cannot be printed.
package struct WebhookSecret: Sendable, CustomStringConvertible, CustomReflectable {
    private let key: SymmetricKey

    /// A text that is no key.
    package struct FormatError: Error, CustomStringConvertible {
        /// What a key looks like; never the text itself.
        package var description: String { "must be whsec_ followed by Base64 of 24 to 64 random bytes" }
    }

    /// Reads a key.
    ///
    /// - Throws: ``FormatError`` where the text is none.
    package init(_ text: String) throws(FormatError) {
        let base64 = text.hasPrefix("whsec_") ? String(text.dropFirst("whsec_".count)) : ""
        let padded = base64 + String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded), (24...64).contains(data.count) else { throw FormatError() }
        key = SymmetricKey(data: data)
    }

    private init(key: SymmetricKey) { self.key = key }

    /// A new random key of 32 bytes.
    package static func random() -> WebhookSecret { WebhookSecret(key: SymmetricKey(size: .bits256)) }

    /// Never the key.
    package var description: String { "[redacted]" }
    /// Never the key.
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// The signature of a delivery: `v1,` and Base64 of HMAC-SHA256 over `id.timestamp.body`.
    package func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        "v1," + Data(code(id: id, timestamp: "\(timestamp)", body: body)).base64EncodedString()
    }

    /// Whether one of the signatures in the header is this key's, compared in constant time.
    func verifies(_ header: String, id: String, timestamp: String, body: [UInt8]) -> Bool {
        var authenticated = false
        let signed = Self.signedText(id: id, timestamp: timestamp, body: body)
        for candidate in header.split(separator: " ") where candidate.hasPrefix("v1,") {
            guard let code = Data(base64Encoded: String(candidate.dropFirst(3))) else { continue }
            if HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: key) { authenticated = true }
        }
        return authenticated
    }

    private func code(id: String, timestamp: String, body: [UInt8]) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Self.signedText(id: id, timestamp: timestamp, body: body), using: key)
    }

    private static func signedText(id: String, timestamp: String, body: [UInt8]) -> [UInt8] {
        Array(id.utf8) + [UInt8(ascii: ".")] + Array(timestamp.utf8) + [UInt8(ascii: ".")] + body
    }
}
