import Addresses
public import ExactJSON

/// One thing that is wrong with a document: where, a stable code, and what to do.
public struct Violation: Hashable, Sendable {
    /// The member that is wrong; for a missing member, the place where it belongs.
    public var pointer: JSONPointer
    /// The stable code.
    public var code: ViolationCode
    /// What is wrong and what is right, in words.
    public var message: String

    /// Creates a violation.
    public init(_ pointer: JSONPointer, _ code: ViolationCode, _ message: String) {
        self.pointer = pointer
        self.code = code
        self.message = message
    }

    /// The JSON of an element of a problem's `errors`.
    public var json: JSONValue {
        ["pointer": .string(pointer.description), "code": .string(code.rawValue), "message": .string(message)]
    }

    package static func type(_ place: JSONPointer, _ wanted: String, _ value: JSONValue) -> Violation {
        let shown: String =
            switch value {
            case .number(let literal): "the number \(PrintableText.excerpt(literal))"
            case .bool(let flag): "\(flag)"
            case .string(""): "an empty string"
            case .string(let text): "\"\(PrintableText.excerpt(text))\""
            case .array: "a list"
            case .object: "an object"
            case .null: "null"
            }
        return Violation(place, .fieldType, "\(place.name) must be \(wanted), not \(shown)")
    }
}

extension JSONPointer {
    /// What messages call the value: the last step, of an element with the name of its list (`allow[0]`).
    package var name: String {
        guard let last = tokens.last else { return "the document" }
        guard let list = tokens.dropLast().last, Int(last) != nil else { return last }
        return "\(list)[\(last)]"
    }
}

/// Everything that is wrong with a document.
public struct Violations: Error, Hashable, Sendable {
    /// The violations in a fixed order, that of the fields in the API's documentation; never empty.
    ///
    /// Of each object the unknown members come first, in the order as written.
    public var list: [Violation]

    /// Creates the error.
    public init(_ list: [Violation]) { self.list = list }
}

/// The stable word of a violation.
public struct ViolationCode: RawRepresentable, Hashable, Sendable {
    /// The word.
    public var rawValue: String

    /// Creates a code.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The campaign id is not a UUID.
    public static let campaignIDFormat = ViolationCode(rawValue: "campaign_id.format")
    /// The payload names neither a flow nor a script.
    public static let virtualAgentMissing = ViolationCode(rawValue: "virtual_agent.missing")
    /// A probability is not a finite number in 0…1.
    public static let probabilityRange = ViolationCode(rawValue: "probability.range")
    /// The probabilities sum to more than 1.
    public static let probabilitySum = ViolationCode(rawValue: "probability.sum")
    /// Probabilities are given although injection is off.
    public static let outcomeInjectionDisabled = ViolationCode(rawValue: "outcome_injection.disabled")
    /// The concurrency limit is not in 1…the maximum.
    public static let concurrencyRange = ViolationCode(rawValue: "concurrency.range")
    /// The number of calls is not in 1…1,000,000.
    public static let maxCallsRange = ViolationCode(rawValue: "max_calls.range")
    /// The compliance bypass is not written as `true`.
    public static let complianceBypassRequired = ViolationCode(rawValue: "compliance_bypass.required")
    /// The webhook URL is not one that events can be sent to.
    public static let webhookURLInvalid = ViolationCode(rawValue: "webhook_url.invalid")
    /// The tag has other characters than `[A-Za-z0-9._:-]`.
    public static let tagFormat = ViolationCode(rawValue: "tag.format")
    /// The language is not a BCP 47 tag.
    public static let languageFormat = ViolationCode(rawValue: "language.format")
    /// A text is longer than its limit.
    public static let textTooLong = ViolationCode(rawValue: "text.too_long")
    /// A member that is not known.
    public static let fieldUnknown = ViolationCode(rawValue: "field.unknown")
    /// A member of the wrong type.
    public static let fieldType = ViolationCode(rawValue: "field.type")
    /// A member that must be there and is not.
    public static let fieldMissing = ViolationCode(rawValue: "field.missing")
    /// A number outside its range that has no code of its own.
    public static let fieldRange = ViolationCode(rawValue: "field.range")
    /// A part of the format that this version does not act on yet.
    public static let featureUnavailable = ViolationCode(rawValue: "feature.unavailable")
}
