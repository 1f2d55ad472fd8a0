package import SimulationAPI

/// A delivery that is to be kept: signed where signatures are demanded, of bounded size.
package struct IncomingWebhook: Sendable {
    /// The `webhook-id`, or `sha256:` and the hash of the body where an unsigned sender gave none.
    package var identity: String
    /// The raw body.
    package var body: [UInt8]
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

    /// Creates a delivery.
    package init(identity: String, body: [UInt8], receivedAt: Timestamp, content: Content) {
        self.identity = identity
        self.body = body
        self.receivedAt = receivedAt
        self.content = content
    }
}

/// The store cannot take a delivery now; the sender is asked to come again.
package struct InboxUnavailable: Error {
    /// The reason, for the log.
    package var reason: String

    /// Creates the error.
    package init(reason: String) { self.reason = reason }
}
