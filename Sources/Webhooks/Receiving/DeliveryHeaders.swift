import HTTPService
import HTTPTypes
import NIOHTTP1

/// The header fields of a delivery that matter.
struct DeliveryHeaders: Sendable {
    /// How often a field occurs, and its value.
    enum FieldValue: Hashable, Sendable {
        case absent
        case one(String)
        case repeated

        /// The value of a field that occurs exactly once, is not empty and has at most 1024 bytes.
        var value: String? {
            guard case .one(let value) = self, !value.isEmpty, value.utf8.count <= 1024 else { return nil }
            return value
        }

        var isAbsent: Bool { self == .absent }

        /// Whether it has bytes that are not UTF-8, which decoding has replaced, so that different values look the same.
        var isGarbled: Bool {
            if case .one(let value) = self { value.utf8.span.has(0xEF) && value.contains("\u{FFFD}") } else { false }
        }

        /// The value of a field that must be there once.
        func required(_ name: String) throws(SignatureMismatch) -> String {
            if let value, !isGarbled { return value }
            let flaw: Flaw =
                switch self {
                case .absent: .missing
                case .repeated: .repeated
                case .one(let value): value.isEmpty ? .empty : isGarbled ? .garbled : .long
                }
            throw .header(name, flaw)
        }

        fileprivate mutating func add(_ value: String) { self = isAbsent ? .one(value) : .repeated }
    }

    /// Why a field that must occur once has no use.
    enum Flaw: String {
        case missing = "is missing"
        case repeated = "occurs more than once"
        case empty = "is empty"
        case long = "has more than 1024 bytes"
        case garbled = "has bytes that are not UTF-8"
    }

    private(set) var contentType = FieldValue.absent
    private(set) var userAgent = FieldValue.absent
    private(set) var isIdentityEncoded = true
    /// Standard Webhooks, by the names of either ``standardNames``.
    private(set) var webhookID = FieldValue.absent
    private(set) var webhookTimestamp = FieldValue.absent
    private(set) var webhookSignature = FieldValue.absent
    private var isSvix = false
    /// GitHub.
    private(set) var hubSignature = FieldValue.absent
    private(set) var gitHubDelivery = FieldValue.absent
    /// Stripe.
    private(set) var stripeSignature = FieldValue.absent

    init(_ fields: HTTPHeaders) { self.init(fields: fields) }

    init(_ fields: HTTPFields) { self.init(fields: fields.map { ($0.name.rawName, $0.value) }) }

    private init(fields: some Sequence<(name: String, value: String)>) {
        var svix = (id: FieldValue.absent, timestamp: FieldValue.absent, signature: FieldValue.absent)
        for (name, value) in fields {
            let bytes = name.utf8.span
            switch bytes.count {
            case 7 where bytes.isName("svix-id"): svix.id.add(value)
            case 14 where bytes.isName("svix-timestamp"): svix.timestamp.add(value)
            case 14 where bytes.isName("svix-signature"): svix.signature.add(value)
            case 10 where bytes.isName("webhook-id"): webhookID.add(value)
            case 10 where bytes.isName("user-agent"): userAgent.add(value)
            case 12 where bytes.isName("content-type"): contentType.add(value)
            case 16 where bytes.isName("content-encoding"):
                isIdentityEncoded = isIdentityEncoded && HTTPFields.isIdentity(value)
            case 16 where bytes.isName("stripe-signature"): stripeSignature.add(value)
            case 17 where bytes.isName("webhook-timestamp"): webhookTimestamp.add(value)
            case 17 where bytes.isName("webhook-signature"): webhookSignature.add(value)
            case 17 where bytes.isName("x-github-delivery"): gitHubDelivery.add(value)
            case 19 where bytes.isName("x-hub-signature-256"): hubSignature.add(value)
            default: break
            }
        }
        guard webhookID.isAbsent, webhookTimestamp.isAbsent, webhookSignature.isAbsent,
            svix != (.absent, .absent, .absent)
        else { return }
        (webhookID, webhookTimestamp, webhookSignature, isSvix) = (svix.id, svix.timestamp, svix.signature, true)
    }

    /// The names by which the fields of Standard Webhooks came.
    var standardNames: (id: String, timestamp: String, signature: String) {
        isSvix
            ? ("svix-id", "svix-timestamp", "svix-signature")
            : ("webhook-id", "webhook-timestamp", "webhook-signature")
    }

    /// Whether the sender has signed, by whichever way.
    var isSigned: Bool { !webhookSignature.isAbsent || !hubSignature.isAbsent || !stripeSignature.isAbsent }

    /// A line for each field that occurs once, at most 2048 bytes, for a person who looks into the delivery later.
    var kept: String {
        // Built as bytes: appending to a String validates it again each time.
        var text: [UInt8] = []
        text.reserveCapacity(512)
        func keep(_ name: StaticString, _ field: FieldValue) {
            guard case .one(let value) = field, text.count + name.utf8CodeUnitCount + value.utf8.count + 3 <= 2048
            else { return }
            text += UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
            text += [UInt8(ascii: ":"), UInt8(ascii: " ")]
            text += value.utf8
            text.append(UInt8(ascii: "\n"))
        }
        keep("content-type", contentType)
        keep("user-agent", userAgent)
        keep(isSvix ? "svix-id" : "webhook-id", webhookID)
        keep(isSvix ? "svix-timestamp" : "webhook-timestamp", webhookTimestamp)
        keep(isSvix ? "svix-signature" : "webhook-signature", webhookSignature)
        keep("x-hub-signature-256", hubSignature)
        keep("x-github-delivery", gitHubDelivery)
        keep("stripe-signature", stripeSignature)
        return String(decoding: text, as: UTF8.self)
    }
}

extension Span<UInt8> {
    /// Whether it has a byte; a view of a string takes several times as long to say so.
    func has(_ byte: UInt8) -> Bool {
        for index in indices where self[index] == byte { return true }
        return false
    }
}
