package import ExactJSON

/// A webhook as it was received, on its whole way from the receiver to its row in the store.
package struct ReceivedEvent: Sendable {
    /// How it was signed; ids are unique within one scheme.
    package var scheme: WebhookScheme
    /// The sender's id of the delivery, or `sha256:` and the hash of the body if the sender gave none.
    package var webhookID: String
    package var receivedAt: Timestamp
    package var body: [UInt8]
    package var digest: [UInt8]
    /// The header fields that matter, a line each; stored only if a person may have to look at them.
    package var headers: String
    package var content: BodyContent

    package enum BodyContent: Sendable {
        /// An event.
        case event(SimulationEvent)
        /// Something else, with the reason why it is not an event. It goes to quarantine.
        case malformed(String)
    }

    package init(
        scheme: WebhookScheme = .standard,
        webhookID: String,
        receivedAt: Timestamp,
        body: [UInt8],
        digest: [UInt8] = [],
        headers: String = "",
        content: BodyContent
    ) {
        self.scheme = scheme
        self.webhookID = webhookID
        self.receivedAt = receivedAt
        self.body = body
        self.digest = digest
        self.headers = headers
        self.content = content
    }

    /// The event; nil if the body is not one.
    package var event: SimulationEvent? { if case .event(let event) = content { event } else { nil } }
}

/// A way of signing webhooks.
package enum WebhookScheme: String, CaseIterable, Hashable, Sendable {
    /// Standard Webhooks 1.0.0: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
    case standard
    /// GitHub: `X-Hub-Signature-256` over the body, `X-GitHub-Delivery`.
    case gitHub = "github"
    /// Stripe: `Stripe-Signature` with `t=` and `v1=`.
    case stripe
    /// Without a signature, which only loopback addresses accept.
    case unsigned
}

/// Why the inbox did not store an event.
package enum InboxRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Too many events wait for the disk.
    case full
    /// The disk of the home has fewer free bytes than are needed.
    case diskShort(free: Int, needed: Int)
    /// The store refused this time, for the reason given.
    case failed(String)
    /// A write or a sync failed in a way after which the state of the disk is unknown, so nothing more is stored.
    case stopped(String)

    package var description: String {
        switch self {
        case .full: "too many events wait for the disk"
        case .diskShort(let free, let needed):
            "the disk of the home is nearly full: \(ByteText.of(UInt64(max(0, free)))) free, \(ByteText.of(UInt64(needed))) needed"
        case .failed(let reason): "the store refused: \(reason)"
        case .stopped(let reason): "the inbox has stopped for good: \(reason)"
        }
    }
}
