/// The key that makes several attempts of one create one simulation (the `Idempotency-Key` field).
public struct IdempotencyKey: Hashable, Sendable, CustomStringConvertible {
    /// The text of the key.
    public let description: String

    /// Creates a key: 1 to 255 printable ASCII characters, quotes and backslashes excepted.
    public init?(_ text: String) {
        guard (1...255).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        else { return nil }
        description = text
    }

    /// The value of the field: a string of a structured field (RFC 9651 section 3.3.3).
    var fieldValue: String { "\"\(description)\"" }
}
