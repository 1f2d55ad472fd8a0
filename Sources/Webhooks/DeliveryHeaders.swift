package import HTTPService
package import HTTPTypes

/// The header fields of a delivery that matter.
package struct DeliveryHeaders: Sendable {
    /// How often a field stands, and what it says.
    enum Field: Hashable, Sendable {
        case absent
        case one(String)
        case repeated

        /// The value of a field that stands exactly once, is not empty and has at most 1024 bytes.
        var value: String? {
            guard case .one(let value) = self, !value.isEmpty, value.utf8.count <= 1024 else { return nil }
            return value
        }

        var isAbsent: Bool { self == .absent }

        fileprivate mutating func add(_ value: Span<UInt8>) { self = isAbsent ? .one(value.text) : .repeated }
    }

    private(set) var contentType = Field.absent
    private(set) var userAgent = Field.absent
    private(set) var isIdentityEncoded = true
    /// Standard Webhooks.
    private(set) var webhookID = Field.absent
    private(set) var webhookTimestamp = Field.absent
    private(set) var webhookSignature = Field.absent
    /// GitHub.
    private(set) var hubSignature = Field.absent
    private(set) var gitHubDelivery = Field.absent
    /// Stripe.
    private(set) var stripeSignature = Field.absent

    /// Takes them out of all fields of a request.
    package init(_ fields: RequestFields) {
        var headers = DeliveryHeaders()
        fields.forEach { headers.take($0, $1) }
        self = headers
    }

    /// Takes them out of header fields.
    package init(_ fields: HTTPFields) { self.init(RequestFields(fields.map { ($0.name.rawName, $0.value) })) }

    private init() {}

    private mutating func take(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        switch name.count {
        case 10 where name.isName("webhook-id"): webhookID.add(value)
        case 10 where name.isName("user-agent"): userAgent.add(value)
        case 12 where name.isName("content-type"): contentType.add(value)
        case 16 where name.isName("content-encoding"):
            isIdentityEncoded = isIdentityEncoded && HTTPFields.isIdentity(value.text)
        case 16 where name.isName("stripe-signature"): stripeSignature.add(value)
        case 17 where name.isName("webhook-timestamp"): webhookTimestamp.add(value)
        case 17 where name.isName("webhook-signature"): webhookSignature.add(value)
        case 17 where name.isName("x-github-delivery"): gitHubDelivery.add(value)
        case 19 where name.isName("x-hub-signature-256"): hubSignature.add(value)
        default: break
        }
    }

    /// Whether the body is said to be JSON.
    var isJSON: Bool {
        guard case .one(let type) = contentType else { return false }
        return type == "application/json" || MediaType(type)?.isJSON == true
    }

    /// A line for each field that stands once, as somebody may have to look into it later; at most 2048 bytes.
    var kept: String {
        // As bytes: a text that grows looks at itself each time.
        var text: [UInt8] = []
        text.reserveCapacity(512)
        func keep(_ name: StaticString, _ field: Field) {
            guard case .one(let value) = field, text.count + name.utf8CodeUnitCount + value.utf8.count + 3 <= 2048
            else {
                return
            }
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
