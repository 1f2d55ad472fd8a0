import SimulationAPI

/// Why a delivery is refused: each cause has its own words.
enum SignatureMismatch: Error, Hashable, CustomStringConvertible {
    /// No header of any way of signing is there.
    case unsigned
    /// A header field that must occur once has no use.
    case header(String, DeliveryHeaders.Flaw)
    /// The identity contains a full stop, so what was signed can be read in two ways.
    case fullStop(String)
    /// The time is not a number of seconds.
    case time(String)
    /// The time is too far from our clock; the number of seconds that it is ahead.
    case clock(String, ahead: Int64)
    /// The headers of more than one way of signing are there.
    case ambiguous
    /// No key of this way of signing is configured.
    case noKey(WebhookScheme, hasStandardKey: Bool = false)
    /// No key matches.
    case mismatch(String)
    /// The sender signs with the text of the key.
    case keyAsText(String)
    /// The code is in hexadecimal in place of Base64.
    case hexadecimal(String)
    /// The code is in Base64 in place of hexadecimal; the prefix stands before it.
    case base64(String, _ prefix: String)
    /// The value does not have the form of the field.
    case form(String, _ prefix: String)
    /// `Stripe-Signature` lacks its time or its code.
    case stripeParts

    /// What happened, and what the sender or the receiver has to change; it quotes nothing of the request.
    var description: String {
        switch self {
        case .unsigned:
            "the delivery is not signed, and this receiver has a key; sign it: webhook-id, webhook-timestamp, webhook-signature"
        case .header(let name, let flaw): "the header \(name) \(flaw.rawValue)"
        case .fullStop(let name): "\(name) contains a full stop, which separates the signed parts; use ids without one"
        case .time(let name): "\(name) is not a whole number of seconds since 1970"
        case .clock(let name, let ahead):
            "\(name) is \(ahead.magnitude) s \(ahead > 0 ? "ahead of" : "behind") our clock, and \(WebhookSignature.tolerance) s are allowed; "
                + (ahead > 100_000_000_000 ? "it must be in seconds, not milliseconds" : "compare the two clocks")
        case .ambiguous: "the headers of more than one way of signing are present; send those of one"
        case .noKey(.gitHub, _): "it is signed as GitHub does, and no key github:TEXT is configured"
        case .noKey(.stripe, let hasStandardKey):
            "it is signed as Stripe does, and no key stripe:TEXT is configured"
                + (hasStandardKey ? "; a Stripe secret begins with whsec_ as well, and is written stripe:whsec_…" : "")
        case .noKey: "it is signed by Standard Webhooks, and no key whsec_… is configured"
        case .mismatch(let name):
            "\(name) does not match: another key was used, or the signed bytes were changed on the way"
        case .keyAsText(let name):
            "\(name) was made with the text of the key; the key is what the Base64 after whsec_ decodes to"
        case .hexadecimal(let name): "\(name) is in hexadecimal; it must be v1, and Base64"
        case .base64(let name, let prefix): "\(name) is in Base64; it must be \(prefix) and 64 hexadecimal digits"
        case .form(let name, let prefix): "\(name) must have \(prefix) and 64 hexadecimal digits"
        case .stripeParts: "Stripe-Signature must have one t and at least one v1"
        }
    }
}
