/// The fields of an HTTP message, in order, found by name in any case (RFC 9110 section 5.1).
public struct HeaderFields: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// One field line.
    public struct Field: Hashable, Sendable {
        /// The name, as it was written.
        public var name: String
        /// The value.
        public var value: String
    }

    /// The field lines.
    public private(set) var fields: [Field] = []

    /// Creates fields of names and values.
    public init(_ pairs: [(String, String)] = []) { fields = pairs.map { Field(name: $0.0, value: $0.1) } }

    /// Creates fields of a literal; a name may stand in it more than once.
    public init(dictionaryLiteral elements: (String, String)...) { self.init(elements) }

    /// The first value of a name.
    public subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name.lowercased() == wanted }?.value
    }

    /// All values of a name, in order.
    public func all(_ name: String) -> [String] {
        let wanted = name.lowercased()
        return fields.filter { $0.name.lowercased() == wanted }.map(\.value)
    }

    /// Adds a field line.
    public mutating func append(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }
}

extension HeaderFields.Field: CustomStringConvertible, CustomReflectable {
    /// The names of fields whose values are secrets.
    private static let secret: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "webhook-signature",
    ]

    /// The field line, without the value of one that carries a secret.
    public var description: String {
        "\(name): \(Self.secret.contains(name.lowercased()) ? Secret.placeholder : value)"
    }

    /// A mirror of the name alone.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
