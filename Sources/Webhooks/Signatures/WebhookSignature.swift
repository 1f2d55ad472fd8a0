package import HTTPTypes
import SimulationAPI

extension HTTPField.Name {
    /// The identity of a delivery, the same on every attempt.
    package static let webhookID = Self.constant("webhook-id")
    /// When this attempt was sent, in Unix seconds.
    package static let webhookTimestamp = Self.constant("webhook-timestamp")
    /// The signatures of this attempt.
    package static let webhookSignature = Self.constant("webhook-signature")

    /// A name that is written in this file and known to be valid.
    private static func constant(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is not the name of a header field") }
        return name
    }
}

/// The signature of a delivery, checked.
enum WebhookSignature {
    /// How far the sender's clock may be off, in seconds.
    static let tolerance: Int64 = 300

    /// Why a delivery is refused.
    enum Mismatch: String, Error {
        case missing = "the headers webhook-id, webhook-timestamp and webhook-signature must each occur exactly once"
        case timestamp = "webhook-timestamp is not a number of seconds, or differs from our clock by more than 300 s"
        case mismatch = "no signature of webhook-signature matches"
        case ambiguous = "the headers of more than one way of signing are present"
        case noKey = "no key of this way of signing is configured"
        case gitHubMissing = "the headers X-Hub-Signature-256 and X-GitHub-Delivery must each occur exactly once"
        case gitHubMismatch = "X-Hub-Signature-256 does not match"
        case stripeMissing = "the header Stripe-Signature must occur exactly once, with one t and a v1"
        case stripeTimestamp =
            "t of Stripe-Signature is not a number of seconds, or differs from our clock by more than 300 s"
        case stripeMismatch = "no v1 of Stripe-Signature matches"
    }

    /// A delivery that a key vouches for.
    struct Verified: Hashable {
        /// By which way of signing.
        var scheme: WebhookScheme
        /// The sender's id of the delivery; nil if this way of signing has no ids.
        var id: String?
    }

    /// Checks the signature over the raw bytes, by the way of signing whose headers are there.
    ///
    /// - Parameters:
    ///   - secrets: the keys; one of them must match.
    ///   - now: Unix seconds.
    static func verify(
        _ headers: DeliveryHeaders,
        body: [UInt8],
        secrets: WebhookSecrets,
        now: Int64
    ) throws(Mismatch) -> Verified {
        let isGitHub = !headers.hubSignature.isAbsent || !headers.gitHubDelivery.isAbsent
        let isStripe = !headers.stripeSignature.isAbsent
        let isStandard =
            !headers.webhookID.isAbsent || !headers.webhookTimestamp.isAbsent || !headers.webhookSignature.isAbsent
        switch (isStandard, isGitHub, isStripe) {
        case (true, false, false), (false, false, false):
            return try verifyStandard(headers, body, secrets.standard, now)
        case (false, true, false): return try verifyGitHub(headers, body, secrets.gitHub)
        case (false, false, true): return try verifyStripe(headers, body, secrets.stripe, now)
        // A key of one sender must not vouch for the headers of another.
        default: throw .ambiguous
        }
    }

    private static func verifyStandard(
        _ headers: DeliveryHeaders,
        _ body: [UInt8],
        _ secrets: [WebhookSecret],
        _ now: Int64
    ) throws(Mismatch) -> Verified {
        guard let id = headers.webhookID.value, let timestamp = headers.webhookTimestamp.value,
            let signature = headers.webhookSignature.value, !has(UInt8(ascii: "."), id)
        else { throw .missing }
        guard isFresh(timestamp, now) else { throw .timestamp }
        // Every key is tried, so the time taken does not show which one matched.
        var isAuthentic = false
        for secret in secrets where secret.verifies(signature, id: id, timestamp: timestamp, body: body) {
            isAuthentic = true
        }
        guard isAuthentic else { throw .mismatch }
        return Verified(scheme: .standard, id: id)
    }

    private static func verifyGitHub(
        _ headers: DeliveryHeaders,
        _ body: [UInt8],
        _ secrets: [WebhookSecret]
    ) throws(Mismatch) -> Verified {
        guard let id = headers.gitHubDelivery.value, let signature = headers.hubSignature.value else {
            throw .gitHubMissing
        }
        guard !secrets.isEmpty else { throw .noKey }
        let codes = signature.hasPrefix("sha256=") ? [signature.dropFirst("sha256=".count)] : []
        let matches = secrets.filter { $0.verifies(hexadecimal: codes, of: [body]) }
        guard !matches.isEmpty else { throw .gitHubMismatch }
        return Verified(scheme: .gitHub, id: id)
    }

    private static func verifyStripe(
        _ headers: DeliveryHeaders,
        _ body: [UInt8],
        _ secrets: [WebhookSecret],
        _ now: Int64
    ) throws(Mismatch) -> Verified {
        guard let header = headers.stripeSignature.value else { throw .stripeMissing }
        let parts = header.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1) }.filter { $0.count == 2 }
        let times = parts.filter { $0[0] == "t" }.map { $0[1] }
        let codes = parts.filter { $0[0] == "v1" }.map { $0[1] }
        guard times.count == 1, let timestamp = times.first, !codes.isEmpty else { throw .stripeMissing }
        guard isFresh(String(timestamp), now) else { throw .stripeTimestamp }
        guard !secrets.isEmpty else { throw .noKey }
        let signed = [Array(timestamp.utf8) + [UInt8(ascii: ".")], body]
        let matches = secrets.filter { $0.verifies(hexadecimal: codes, of: signed) }
        guard !matches.isEmpty else { throw .stripeMismatch }
        return Verified(scheme: .stripe, id: nil)
    }

    /// Whether a text has a byte; reads the span, because a view takes several times as long.
    private static func has(_ byte: UInt8, _ text: String) -> Bool {
        let bytes = text.utf8.span
        for index in bytes.indices where bytes[index] == byte { return true }
        return false
    }

    /// Whether a time in Unix seconds is near enough.
    private static func isFresh(_ timestamp: String, _ now: Int64) -> Bool {
        guard timestamp.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(timestamp) else {
            return false
        }
        return (now - tolerance...now + tolerance).contains(seconds)
    }
}
