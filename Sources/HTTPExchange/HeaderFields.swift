/// The fields of an HTTP message in order; names are compared without regard to case (RFC 9110 section 5.1).
public struct HeaderFields: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// One field line.
    public struct Line: Hashable, Sendable {
        /// The name as written.
        public var name: String
        /// The value.
        public var value: String
    }

    /// The field lines.
    public private(set) var fields: [Line] = []

    /// Creates fields from names and values.
    public init(_ pairs: [(String, String)] = []) { fields = pairs.map { Line(name: $0.0, value: $0.1) } }

    /// Creates fields from a literal; a name may occur more than once.
    public init(dictionaryLiteral elements: (String, String)...) { self.init(elements) }

    /// The first value of a name.
    public subscript(name: String) -> String? { all(name).first }

    /// All values of a name, in order.
    public func all(_ name: String) -> [String] {
        let wanted = name.lowercased()
        return fields.filter { $0.name.lowercased() == wanted }.map(\.value)
    }

    /// Adds a field line.
    public mutating func append(_ name: String, _ value: String) { fields.append(Line(name: name, value: value)) }
}

extension HeaderFields.Line: CustomStringConvertible, CustomReflectable {
    /// The names of fields whose values are secrets.
    private static let secret: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "webhook-signature",
    ]

    /// The field line; the value of a field that carries a secret is hidden.
    public var description: String {
        "\(name): \(Self.secret.contains(name.lowercased()) ? Secret.placeholder : value)"
    }

    /// A mirror of the name alone.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

/// A text that cannot be printed by accident: a client secret, an access token.
///
/// Interpolation, `dump`, a mirror, a debugger and an encoder all show `[redacted]`. The content can be reached only by
/// name, through ``exposed``.
public struct Secret: Hashable, Sendable {
    /// What is shown instead of a secret.
    public static let placeholder = "[redacted]"

    /// The content; every use is a place to look at in a review.
    public let exposed: String

    /// Wraps a text.
    public init(_ text: String) { exposed = text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `[redacted]`.
    public var description: String { Self.placeholder }
    /// Always `[redacted]`.
    public var debugDescription: String { Self.placeholder }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: [] as [Mirror.Child]) }
}

extension Secret: Encodable {
    /// Encodes `[redacted]`; a secret must not be stored, so it cannot be decoded either.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Self.placeholder)
    }
}
