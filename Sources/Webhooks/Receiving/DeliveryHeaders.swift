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

        fileprivate mutating func add(_ value: String) { self = isAbsent ? .one(value) : .repeated }
    }

    private(set) var contentType = FieldValue.absent
    private(set) var userAgent = FieldValue.absent
    private(set) var isIdentityEncoded = true
    /// Standard Webhooks.
    private(set) var webhookID = FieldValue.absent
    private(set) var webhookTimestamp = FieldValue.absent
    private(set) var webhookSignature = FieldValue.absent
    /// GitHub.
    private(set) var hubSignature = FieldValue.absent
    private(set) var gitHubDelivery = FieldValue.absent
    /// Stripe.
    private(set) var stripeSignature = FieldValue.absent

    init(_ fields: HTTPHeaders) { self.init(fields: fields) }

    init(_ fields: HTTPFields) { self.init(fields: fields.map { ($0.name.rawName, $0.value) }) }

    private init(fields: some Sequence<(name: String, value: String)>) {
        for (name, value) in fields {
            let bytes = name.utf8.span
            switch bytes.count {
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
    }

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
        keep("webhook-id", webhookID)
        keep("webhook-timestamp", webhookTimestamp)
        keep("webhook-signature", webhookSignature)
        keep("x-hub-signature-256", hubSignature)
        keep("x-github-delivery", gitHubDelivery)
        keep("stripe-signature", stripeSignature)
        return String(decoding: text, as: UTF8.self)
    }
}

extension Span<UInt8> {
    /// Whether a field's name equals one that is given in lower case; letters compare without case (RFC 9110 section 5.1).
    func isName(_ known: StaticString) -> Bool {
        guard count == known.utf8CodeUnitCount else { return false }
        for index in indices {
            let byte = self[index]
            guard (0x41...0x5A ~= byte ? byte | 0x20 : byte) == known.utf8Start[index] else { return false }
        }
        return true
    }
}
