import Crypto
package import ExactJSON
import FoundationEssentials

/// A key that signs webhooks (Standard Webhooks: `whsec_` and Base64 of 24 to 64 bytes).
///
/// The key cannot be printed.
package struct WebhookSecret: Sendable, CustomStringConvertible, CustomReflectable {
    /// HMAC with the key's schedule computed, to be copied for each delivery.
    private let keyed: HMAC<SHA256>
    /// The same, keyed by the text of the key with and without its prefix, to recognise senders that do not decode it.
    private var asText: [HMAC<SHA256>] = []

    /// A text is not a key.
    package struct InvalidKeyError: Error, CustomStringConvertible {
        /// What a key looks like; never the text itself.
        package var description: String { "must be whsec_ followed by Base64 of 24 to 64 random bytes" }
    }

    package init(_ text: String) throws(InvalidKeyError) {
        let base64 = text.hasPrefix("whsec_") ? String(text.dropFirst("whsec_".count)) : ""
        let padded = base64 + String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded), (24...64).contains(data.count) else { throw InvalidKeyError() }
        self.init(bytes: data)
        asText = [text, base64].map { HMAC(key: SymmetricKey(data: Array($0.utf8))) }
    }

    /// A key of raw bytes, as other ways of signing use it.
    init(bytes: some ContiguousBytes) { keyed = HMAC(key: SymmetricKey(data: bytes)) }

    private init(keyed: HMAC<SHA256>) { self.keyed = keyed }

    /// A new random key of 32 bytes.
    package static func random() -> WebhookSecret {
        SymmetricKey(size: .bits256).withUnsafeBytes { WebhookSecret(bytes: Data($0)) }
    }

    /// Never the key.
    package var description: String { "[redacted]" }
    /// Never the key.
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// The signature of a delivery: `v1,` and Base64 of HMAC-SHA256 over `id.timestamp.body`.
    package func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        signature(id: id, timestamp: "\(timestamp)", body: body)
    }

    /// Whether one of the signatures in the header is this key's, compared in constant time.
    func verifies(_ header: String, id: String, timestamp: String, body: [UInt8]) -> Bool {
        var expected = signature(id: id, timestamp: timestamp, body: body)
        var header = header
        // By bytes in place: characters and views take longer than the authentication code itself.
        return expected.withUTF8 { expected in header.withUTF8 { Self.contains($0, expected) } }
    }

    /// Whether one of the signatures was made with the text of this key.
    func verifiesAsText(_ header: String, id: String, timestamp: String, body: [UInt8]) -> Bool {
        asText.contains { WebhookSecret(keyed: $0).verifies(header, id: id, timestamp: timestamp, body: body) }
    }

    /// Whether a text is a code in Base64.
    static func isBase64OfACode(_ text: Substring) -> Bool {
        Data(base64Encoded: String(text))?.count == SHA256.byteCount
    }

    /// Whether one of the words equals the expected one, compared in constant time.
    private static func contains(_ words: UnsafeBufferPointer<UInt8>, _ expected: UnsafeBufferPointer<UInt8>) -> Bool {
        var isThere = false
        var start = 0
        while words.count - start >= expected.count {
            let end = words[start...].firstIndex { $0 == 0x20 || $0 == 0x09 } ?? words.count
            if end - start == expected.count {
                var difference: UInt8 = 0
                for index in expected.indices { difference |= words[start + index] ^ expected[index] }
                if difference == 0 { isThere = true }
            }
            start = end + 1
        }
        return isThere
    }

    /// Whether one of the codes in hexadecimal is that of the parts under this key, compared in constant time.
    func verifies(hexadecimal candidates: [Substring], of parts: [[UInt8]]) -> Bool {
        var mac = keyed
        for part in parts { mac.update(data: part) }
        let expected = mac.finalize()
        var isAuthentic = false
        for candidate in candidates {
            if let bytes = Hexadecimal.bytes(candidate), expected == bytes { isAuthentic = true }
        }
        return isAuthentic
    }

    private func signature(id: String, timestamp: String, body: [UInt8]) -> String {
        var mac = keyed
        // In one piece: an update takes longer than copying the body of an event.
        var signed: [UInt8] = []
        signed.reserveCapacity(id.utf8.count + timestamp.utf8.count + body.count + 2)
        signed += id.utf8
        signed.append(UInt8(ascii: "."))
        signed += timestamp.utf8
        signed.append(UInt8(ascii: "."))
        signed += body
        mac.update(data: signed)
        return "v1," + mac.finalize().withUnsafeBytes { Data($0).base64EncodedString() }
    }
}

/// One attempt to deliver a webhook, as Standard Webhooks sends it.
package enum SignedDelivery {
    /// The header fields of an attempt.
    ///
    /// - Parameters:
    ///   - id: the identity of the delivery, the same on every attempt.
    ///   - time: when this attempt is made, which its signature covers; nil for neither time nor signature.
    ///   - secret: the key; nil for no signature.
    ///   - sender: the value of `User-Agent`.
    package static func fields(
        id: String,
        body: [UInt8],
        at time: Timestamp?,
        secret: WebhookSecret?,
        sender: String
    ) -> [(String, String)] {
        var fields = [("Content-Type", "application/json"), ("User-Agent", sender), ("webhook-id", id)]
        guard let time else { return fields }
        let seconds = time.milliseconds / 1000
        fields.append(("webhook-timestamp", "\(seconds)"))
        if let secret {
            fields.append(("webhook-signature", secret.signature(id: id, timestamp: seconds, body: body)))
        }
        return fields
    }
}
