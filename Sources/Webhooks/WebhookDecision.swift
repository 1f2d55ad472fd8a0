import Crypto
package import ExactJSON
import HTTPService
package import SimulationAPI

/// What is to be done about a delivery that has come whole.
package enum WebhookDecision: Sendable {
    /// Answer with a problem; nothing is kept.
    case refuse(Problem)
    /// Keep it for good, and then answer: with 200, or with the problem where there is one.
    case keep(ReceivedEvent, then: Problem?)
}

/// The rules by which deliveries are taken: the same however they come.
package struct WebhookRules: Sendable {
    /// The largest body, in bytes.
    package static let maximumBody = 256 * 1024

    /// The keys of which one must have signed; none means that unsigned deliveries are taken.
    package var secrets: WebhookSecrets

    /// Creates rules.
    package init(secrets: WebhookSecrets) { self.secrets = secrets }

    /// Decides from what has come alone.
    ///
    /// - Parameters:
    ///   - headers: the header fields.
    ///   - body: the raw body.
    ///   - now: the wall clock.
    package func decide(_ headers: DeliveryHeaders, body: [UInt8], now: Timestamp) -> WebhookDecision {
        guard body.count <= Self.maximumBody else { return .refuse(.bodyTooLarge) }
        guard headers.isJSON, headers.isIdentityEncoded else { return .refuse(.unsupportedMediaType) }
        let digest = SHA256.hash(data: body).withUnsafeBytes { Array($0) }
        let verified: WebhookSignature.Verified
        do {
            verified = try verify(headers, body, now)
        } catch {
            return .refuse(.invalidSignature(error.rawValue))
        }
        let content: ReceivedEvent.Content
        var problem: Problem?
        do {
            content = .event(try SimulationEvent(received: body))
        } catch {
            // A signed body that is not an event goes to quarantine; an unsigned one is dropped.
            let notAnEvent = Problem.notAnEvent("\(error)")
            if secrets.isEmpty { return .refuse(notAnEvent) }
            (content, problem) = (.malformed("\(error)"), notAnEvent)
        }
        let received = ReceivedEvent(
            scheme: verified.scheme,
            webhookID: verified.id ?? "sha256:" + Hexadecimal.text(digest),
            receivedAt: now,
            body: body,
            digest: digest,
            headers: headers.kept,
            content: content
        )
        return .keep(received, then: problem)
    }

    private func verify(
        _ headers: DeliveryHeaders,
        _ body: [UInt8],
        _ now: Timestamp
    ) throws(WebhookSignature.Refusal) -> WebhookSignature.Verified {
        if secrets.isEmpty { return .init(scheme: .unsigned, id: headers.webhookID.value) }
        return try WebhookSignature.verify(headers, body: body, secrets: secrets, now: now.milliseconds / 1000)
    }
}

extension Problem {
    static let bodyTooLarge = Problem(
        status: 413,
        code: "body_too_large",
        title: "Body too large",
        detail: "an event has at most 256 KiB"
    )
    static let incompleteBody = Problem(
        status: 400,
        code: "incomplete_body",
        title: "Incomplete body",
        detail: "the body did not come whole"
    )
    static let unsupportedMediaType = Problem(
        status: 415,
        code: "unsupported_media_type",
        title: "Unsupported media type",
        detail: "send Content-Type: application/json, uncompressed"
    )
    static let storeUnavailable = Problem(
        status: 503,
        code: "store_unavailable",
        title: "Store unavailable",
        detail: "the event could not be stored; send it again"
    )

    static func invalidSignature(_ reason: String) -> Problem {
        Problem(status: 401, code: "invalid_signature", title: "Invalid signature", detail: reason)
    }

    static func notAnEvent(_ reason: String) -> Problem {
        Problem(status: 400, code: "not_an_event", title: "Not an event", detail: reason)
    }
}
