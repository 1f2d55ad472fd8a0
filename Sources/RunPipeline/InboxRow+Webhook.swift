package import RunStore
package import Webhooks

extension WebhookKeeping {
    /// What became of a delivery in the inbox.
    package init(_ result: Result<Void, InboxRefusal>) {
        self =
            switch result {
            case .success: .kept
            case .failure: .unavailable
            }
    }
}

extension InboxRow {
    /// The row of a delivery.
    package init(_ webhook: IncomingWebhook) {
        self.init(
            source: webhook.scheme.rawValue,
            webhookID: webhook.identity,
            receivedAt: webhook.receivedAt,
            body: webhook.body,
            digest: webhook.digest,
            headers: webhook.headers,
            event: nil
        )
        switch webhook.content {
        case .event(let event): self.event = event
        case .malformed(let reason): self.reason = reason
        }
    }
}
