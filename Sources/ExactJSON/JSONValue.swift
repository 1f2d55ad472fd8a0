/// A JSON document as it was written: numbers keep their text, objects keep the order of their members.
///
/// The payload rules compare decimals exactly (0.05 + 0.55 + 0.30 + 0.10 is 1), which binary floating-point values do
/// not allow. So numbers stay text until a rule decides how to read them.
public indirect enum JSONValue: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, as its literal text.
    case number(String)
    /// A string, without quotes and escapes.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object; the names are unique, in the order as written.
    case object([Member])

    /// One name and its value.
    public struct Member: Hashable, Sendable {
        /// The member's name.
        public var name: String
        /// The member's value.
        public var value: JSONValue

        /// Creates a member.
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The member of this name; nil without such a member, or if the value is not an object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The string, if the value is a string.
    public var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The boolean, if the value is a boolean.
    public var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }

    /// The integer, if the value is an integral number that fits.
    public var integer: Int? { number.flatMap { Int($0) ?? ExactDecimal($0)?.integerValue } }

    /// Whether the value is an object.
    public var isObject: Bool { if case .object = self { true } else { false } }

    /// The literal text of the number, if the value is one.
    public var number: String? { if case .number(let literal) = self { literal } else { nil } }

    /// The nearest binary floating-point value, if the value is a number.
    public var double: Double? { number.flatMap { Double($0) } }

    /// The elements, if the value is an array.
    public var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    /// What the value is, in words for a message: "a string", "an object".
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The value of an integer.
    public static func integer(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }

    /// The value of a finite number, in the shortest text that reads back as the same number.
    ///
    /// A number that JSON cannot hold (infinite or not a number) becomes `null`.
    public static func double(_ value: Double) -> JSONValue {
        guard value.isFinite else { return .null }
        if value == value.rounded(), abs(value) < 1e15 { return .number(String(Int64(value))) }
        return .number("\(value)")
    }

    /// An object of the members whose value is not `nil`.
    public static func object(present members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    /// The value of a string literal.
    public init(stringLiteral value: String) { self = .string(value) }
    /// The value of a boolean literal.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// The value of an integer literal.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// The value of an array literal.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// The value of a dictionary literal; the order is kept.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
}
