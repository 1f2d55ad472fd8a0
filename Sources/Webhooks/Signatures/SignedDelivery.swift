package import ExactJSON

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
