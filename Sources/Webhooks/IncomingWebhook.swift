package import ExactJSON
package import SimulationAPI

/// A delivery that is to be kept: signed where signatures are demanded, of bounded size.
package struct IncomingWebhook: Sendable {
    /// By which way of signing it came.
    package var scheme: WebhookScheme
    /// The sender's id of it, or `sha256:` and the hash of the body where the sender gave none.
    package var identity: String
    /// The raw body.
    package var body: [UInt8]
    /// SHA-256 of the body.
    package var digest: [UInt8]
    /// The header fields that matter, a line each.
    package var headers: String
    /// When it came.
    package var receivedAt: Timestamp
    /// The event, or why the body is none.
    package var content: Content

    /// What a body holds.
    package enum Content: Sendable {
        /// An event.
        case event(SimulationEvent)
        /// No event; the reason in words. It goes to quarantine.
        case malformed(String)
    }
}

/// What became of a delivery that was to be kept.
package enum WebhookKeeping: Sendable {
    /// It is on disk, or was there before.
    case kept
    /// It is not; the sender is asked to come again.
    case unavailable
}
