import HTTPTypes

/// The id of a request: that of its `X-Request-Id`, or a new one.
struct RequestID: Hashable, Sendable {
    let text: String

    init(_ headers: HTTPFields) {
        let given = headers[values: .requestID]
        if given.count == 1, Self.isPlain(given[0]) {
            text = given[0]
        } else {
            text =
                String(UInt64.random(in: .min ... .max), radix: 36)
                + String(UInt64.random(in: .min ... .max), radix: 36)
        }
    }

    /// Whether a text can stand in a log and in a field as it is.
    private static func isPlain(_ text: String) -> Bool {
        1...100 ~= text.utf8.count
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                    UInt8(ascii: ":"):
                    true
                default: false
                }
            }
    }
}

extension HTTPField.Name {
    static let requestID = named("X-Request-Id")
    static let forwardedFor = named("X-Forwarded-For")

    private static func named(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is the name of a field") }
        return name
    }
}

extension HTTPFields {
    /// Sets a field unless it stands there.
    mutating func addIfAbsent(_ name: HTTPField.Name, _ value: String) {
        if self[name] == nil { self[name] = value }
    }
}
