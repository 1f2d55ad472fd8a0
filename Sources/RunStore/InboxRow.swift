package import ExactJSON
package import SimulationAPI

/// A delivery as a row.
package struct InboxRow: Sendable {
    /// The way of signing by which it came: identities are unique within it.
    package var source: String
    /// The identity, unique within the owner and the source.
    package var webhookID: String
    /// When it came.
    package var receivedAt: Timestamp
    /// The raw body.
    package var body: [UInt8]
    /// SHA-256 of the body, where the receiver told it.
    package var digest: [UInt8]?
    /// The header fields that matter, a line each; kept only where somebody may have to look into it.
    package var headers: String?
    /// The event; `nil` for quarantine.
    package var event: SimulationEvent?
    /// Why it is in quarantine.
    package var reason: String?

    /// Creates a row.
    package init(
        source: String = "standard",
        webhookID: String,
        receivedAt: Timestamp,
        body: [UInt8],
        digest: [UInt8]? = nil,
        headers: String? = nil,
        event: SimulationEvent?,
        reason: String? = nil
    ) {
        self.source = source
        self.webhookID = webhookID
        self.receivedAt = receivedAt
        self.body = body
        self.digest = digest
        self.headers = headers
        self.event = event
        self.reason = reason
    }
}

/// To whom a received webhook belongs, as the number in its row.
package enum InboxOwner {
    /// The long-running service; runs are numbered from 1.
    package static let service: Int64 = 0
}
