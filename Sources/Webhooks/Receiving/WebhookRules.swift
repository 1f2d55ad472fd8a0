import Crypto
import ExactJSON
import HTTPService
import SimulationAPI

/// The rules by which deliveries are accepted.
struct WebhookRules: Sendable {
    /// The largest body, in bytes.
    static let maximumBody = 256 * 1024

    /// The keys, one of which must have signed; without keys, unsigned deliveries are accepted.
    var secrets: WebhookSecrets

    /// The event that a complete delivery brings; a malformed one is to go to quarantine.
    ///
    /// - Throws: the problem to answer with; nothing is stored.
    func event(_ headers: DeliveryHeaders, body: [UInt8], now: Timestamp) throws(Problem) -> ReceivedEvent {
        guard body.count <= Self.maximumBody else { throw .bodyTooLarge }
        // A signed body is judged by its bytes alone.
        guard headers.isJSON && headers.isIdentityEncoded || !secrets.isEmpty && headers.isSigned else {
            throw .unsupportedMediaType
        }
        let digest = SHA256.hash(data: body).withUnsafeBytes { Array($0) }
        let verified: WebhookSignature.Verified
        if secrets.isEmpty, headers.webhookID.isGarbled { throw .invalidIdentity(headers.standardNames.id) }
        do {
            verified =
                secrets.isEmpty
                ? WebhookSignature.Verified(scheme: .unsigned, id: headers.webhookID.value)
                : try WebhookSignature.verify(headers, body: body, secrets: secrets, now: now.milliseconds / 1000)
        } catch {
            throw .invalidSignature(error.description)
        }
        let content: ReceivedEvent.BodyContent
        do {
            content = .event(try SimulationEvent(received: body))
        } catch {
            // A signed body that is not an event goes to quarantine; an unsigned one is dropped.
            if secrets.isEmpty { throw .notAnEvent("\(error)") }
            content = .malformed("\(error)")
        }
        return ReceivedEvent(
            scheme: verified.scheme,
            webhookID: verified.id ?? "sha256:" + Hexadecimal.text(digest),
            receivedAt: now,
            body: body,
            digest: digest,
            headers: headers.kept,
            content: content
        )
    }
}

extension Problem {
    static let bodyTooLarge = bodyTooLarge("an event has at most 256 KiB")

    static func invalidSignature(_ reason: String) -> Problem {
        Problem(status: 401, code: "invalid_signature", title: "Invalid signature", detail: reason)
    }

    static func invalidIdentity(_ name: String) -> Problem {
        let detail = "the header \(name) has bytes that are not UTF-8, so that different ids would look the same"
        return Problem(status: 400, code: "invalid_identity", title: "Invalid identity", detail: detail)
    }

    static func notAnEvent(_ reason: String) -> Problem {
        Problem(status: 400, code: "not_an_event", title: "Not an event", detail: reason)
    }
}

extension DeliveryHeaders {
    /// Whether the body is declared to be JSON.
    fileprivate var isJSON: Bool {
        guard case .one(let type) = contentType else { return false }
        return type == "application/json" || MediaType(type)?.isJSON == true
    }
}
