import ExactJSON
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
    ///   - headers: the delivery's header fields.
    ///   - body: the raw body.
    ///   - secrets: the keys; one of them must match.
    ///   - now: Unix seconds.
    /// - Throws: ``SignatureMismatch`` that says why.
    static func verify(
        _ headers: DeliveryHeaders,
        body: [UInt8],
        secrets: WebhookSecrets,
        now: Int64
    ) throws(SignatureMismatch) -> Verified {
        let isGitHub = !headers.hubSignature.isAbsent || !headers.gitHubDelivery.isAbsent
        let isStripe = !headers.stripeSignature.isAbsent
        let isStandard =
            !headers.webhookID.isAbsent || !headers.webhookTimestamp.isAbsent || !headers.webhookSignature.isAbsent
        switch (isStandard, isGitHub, isStripe) {
        case (true, false, false): return try verifyStandard(headers, body, secrets.standard, now)
        case (false, true, false): return try verifyGitHub(headers, body, secrets.gitHub)
        case (false, false, true): return try verifyStripe(headers, body, secrets, now)
        case (false, false, false): throw .unsigned
        // A key of one sender must not vouch for the headers of another.
        default: throw .ambiguous
        }
    }

    private static func verifyStandard(
        _ headers: DeliveryHeaders,
        _ body: [UInt8],
        _ secrets: [WebhookSecret],
        _ now: Int64
    ) throws(SignatureMismatch) -> Verified {
        if headers.webhookTimestamp.isAbsent, headers.webhookSignature.isAbsent { throw .unsigned }
        let names = headers.standardNames
        let id = try headers.webhookID.required(names.id)
        let timestamp = try headers.webhookTimestamp.required(names.timestamp)
        let signature = try headers.webhookSignature.required(names.signature)
        guard !id.utf8.span.has(UInt8(ascii: ".")) else { throw .fullStop(names.id) }
        try checkTime(timestamp, of: names.timestamp, now)
        guard !secrets.isEmpty else { throw .noKey(.standard) }
        // Every key is tried, so the time taken does not show which one matched.
        var isAuthentic = false
        for secret in secrets where secret.verifies(signature, id: id, timestamp: timestamp, body: body) {
            isAuthentic = true
        }
        guard isAuthentic else {
            if secrets.contains(where: { $0.verifiesAsText(signature, id: id, timestamp: timestamp, body: body) }) {
                throw .keyAsText(names.signature)
            }
            let isHexadecimal = signature.split(separator: " ").contains { part in
                part.hasPrefix("v1,") && Hexadecimal.bytes(part.dropFirst(3))?.count == codeSize
            }
            throw isHexadecimal ? .hexadecimal(names.signature) : .mismatch(names.signature)
        }
        return Verified(scheme: .standard, id: id)
    }

    private static func verifyGitHub(
        _ headers: DeliveryHeaders,
        _ body: [UInt8],
        _ secrets: [WebhookSecret]
    ) throws(SignatureMismatch) -> Verified {
        let (delivery, field) = ("X-GitHub-Delivery", "X-Hub-Signature-256")
        let signature = try headers.hubSignature.required(field)
        let id = try headers.gitHubDelivery.required(delivery)
        guard !secrets.isEmpty else { throw .noKey(.gitHub) }
        let parts = pair(signature[...])
        guard let parts, parts.name.lowercased() == "sha256" else { throw .form(field, "sha256=") }
        try check(hexadecimal: [parts.value], in: field, after: "sha256=") { codes in
            secrets.filter { $0.verifies(hexadecimal: codes, of: [body]) }.count
        }
        return Verified(scheme: .gitHub, id: id)
    }

    private static func verifyStripe(
        _ headers: DeliveryHeaders,
        _ body: [UInt8],
        _ secrets: WebhookSecrets,
        _ now: Int64
    ) throws(SignatureMismatch) -> Verified {
        let field = "Stripe-Signature"
        let header = try headers.stripeSignature.required(field)
        let parts = header.split(separator: ",").compactMap(pair)
        let times = parts.filter { $0.name == "t" }.map(\.value)
        let codes = parts.filter { $0.name == "v1" }.map(\.value)
        guard times.count == 1, let timestamp = times.first, !codes.isEmpty else { throw .stripeParts }
        try checkTime(String(timestamp), of: "t of \(field)", now)
        guard !secrets.stripe.isEmpty else { throw .noKey(.stripe, hasStandardKey: !secrets.standard.isEmpty) }
        let signed = [Array(timestamp.utf8) + [UInt8(ascii: ".")], body]
        try check(hexadecimal: codes, in: field, after: "v1=") { codes in
            secrets.stripe.filter { $0.verifies(hexadecimal: codes, of: signed) }.count
        }
        return Verified(scheme: .stripe, id: nil)
    }

    /// The size of a code, in bytes.
    private static let codeSize = 32

    /// Demands that a key matches one of the codes; says if a code is not hexadecimal at all.
    private static func check(
        hexadecimal codes: [Substring],
        in field: String,
        after prefix: String,
        matches: ([Substring]) -> Int
    ) throws(SignatureMismatch) {
        guard matches(codes) == 0 else { return }
        let isOfForm = codes.contains { Hexadecimal.bytes($0)?.count == codeSize }
        if !isOfForm, codes.contains(where: WebhookSecret.isBase64OfACode) { throw .base64(field, prefix) }
        throw isOfForm ? .mismatch(field) : .form(field, prefix)
    }

    /// `name=value`, without the white space round both.
    private static func pair(_ part: Substring) -> (name: Substring, value: Substring)? {
        guard let equals = part.firstIndex(of: "=") else { return nil }
        return (trimmed(part[..<equals]), trimmed(part[part.index(after: equals)...]))
    }

    /// A part of a list without the white space round it (RFC 9110 section 5.6.3).
    private static func trimmed(_ part: Substring) -> Substring {
        var part = part.drop { $0 == " " || $0 == "\t" }
        while part.last == " " || part.last == "\t" { part.removeLast() }
        return part
    }

    /// Demands a time in Unix seconds that is near enough.
    private static func checkTime(_ timestamp: String, of name: String, _ now: Int64) throws(SignatureMismatch) {
        guard timestamp.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(timestamp) else {
            throw .time(name)
        }
        guard (now - tolerance...now + tolerance).contains(seconds) else { throw .clock(name, ahead: seconds - now) }
    }
}
