package import HTTPTypes

extension HTTPField.Name {
    /// The identity of a delivery, the same on every attempt.
    package static let webhookID = Self.constant("webhook-id")
    /// When this attempt was sent, in Unix seconds.
    package static let webhookTimestamp = Self.constant("webhook-timestamp")
    /// The signatures of this attempt.
    package static let webhookSignature = Self.constant("webhook-signature")

    /// A name that is spelled in this file and known to be one.
    private static func constant(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no header field name") }
        return name
    }
}

/// The headers of Standard Webhooks on a delivery, checked.
struct WebhookSignature {
    /// How far the sender's clock may be off, in seconds.
    static let tolerance: Int64 = 300

    /// Why a delivery is refused.
    enum Refusal: String, Error {
        case missing = "the headers webhook-id, webhook-timestamp and webhook-signature must each stand exactly once"
        case timestamp = "webhook-timestamp is no number of seconds, or more than 300 s off"
        case mismatch = "no signature of webhook-signature matches"
    }

    /// Checks the signature over the raw bytes.
    ///
    /// - Parameters:
    ///   - headers: the delivery's header fields.
    ///   - body: the raw body.
    ///   - secrets: the keys, of which one must match.
    ///   - now: Unix seconds.
    /// - Returns: the `webhook-id`.
    /// - Throws: ``Refusal`` that says why.
    static func verify(
        _ headers: HTTPFields,
        body: [UInt8],
        secrets: [WebhookSecret],
        now: Int64
    ) throws(Refusal) -> String {
        guard let id = headers.single(.webhookID), let timestamp = headers.single(.webhookTimestamp),
            let signature = headers.single(.webhookSignature), !id.contains(".")
        else { throw .missing }
        guard timestamp.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(timestamp),
            (now - tolerance...now + tolerance).contains(seconds)
        else { throw .timestamp }
        // Every key is tried, so the time taken does not tell which one matched.
        let matches = secrets.filter { $0.verifies(signature, id: id, timestamp: timestamp, body: body) }
        guard !matches.isEmpty else { throw .mismatch }
        return id
    }
}

extension HTTPFields {
    /// The value of a field that stands exactly once and is not empty.
    func single(_ name: HTTPField.Name) -> String? {
        let values = self[values: name]
        guard values.count == 1, !values[0].isEmpty, values[0].utf8.count <= 1024 else { return nil }
        return values[0]
    }
}
