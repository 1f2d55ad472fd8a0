import Addresses
import ExactJSON

/// Reads the members of one JSON object and collects what is wrong with them.
struct Form {
    let json: JSONValue
    private let place: JSONPointer
    private(set) var typeErrors: Set<String> = []
    var violations: [Violation] = []

    init(_ json: JSONValue, at place: JSONPointer) {
        self.json = json
        self.place = place
    }

    mutating func add(_ violation: Violation) { violations.append(violation) }

    mutating func report(_ name: String, _ code: ViolationCode, _ message: String) {
        add(Violation(place.appending(name), code, message))
    }

    mutating func reportSelf(_ code: ViolationCode, _ message: String) { add(Violation(place, code, message)) }

    func hasWrongType(_ name: String) -> Bool { typeErrors.contains(name) }

    private mutating func wrongType(_ name: String, _ wanted: String, _ value: JSONValue) {
        typeErrors.insert(name)
        add(.type(place.appending(name), wanted, value))
    }

    mutating func refuseUnknown(_ known: [String]) {
        guard case .object(let members) = json else { return }
        let unknown = members.filter { !known.contains($0.name) }
        for (index, member) in unknown.enumerated() {
            // A few slips get a suggestion; a flood of names is no slip, and looking for each would be slow.
            add(.unknown(member.name, at: place, known: index < 20 ? known : []))
        }
    }

    mutating func object(_ name: String) -> Form? {
        switch json[name] {
        case nil: add(.missing(name, at: place))
        case .some(let value):
            if case .object = value { return Form(value, at: place.appending(name)) }
            wrongType(name, "an object", value)
        }
        return nil
    }

    /// An extension of the sandbox, kept as written.
    mutating func `extension`(_ name: String, wanted: String, where fits: (JSONValue) -> Bool) -> JSONValue? {
        guard let value = json[name] else { return nil }
        if !fits(value) { wrongType(name, wanted, value) }
        return value
    }

    mutating func text(_ name: String) -> String? {
        switch json[name] {
        case nil: add(.missing(name, at: place))
        case .string(let text): return text
        case .some(let value): wrongType(name, "a string", value)
        }
        return nil
    }

    mutating func optionalText(_ name: String, maximum: Int = .max) -> String? {
        guard json[name] != nil, let text = text(name) else { return nil }
        if text.unicodeScalars.count > maximum {
            report(
                name,
                .textTooLong,
                "\(name) has \(text.unicodeScalars.count) characters; at most \(maximum) fit"
            )
        }
        return text
    }

    mutating func boolean(_ name: String) -> Bool? {
        switch json[name] {
        case nil: add(.missing(name, at: place))
        case .bool(let flag): return flag
        case .some(let value): wrongType(name, "true or false", value)
        }
        return nil
    }

    mutating func integer(
        _ name: String,
        in range: ClosedRange<Int>,
        _ code: ViolationCode,
        because meaning: String
    ) -> Int? {
        guard let value = json[name] else {
            add(.missing(name, at: place))
            return nil
        }
        guard case .number(let literal) = value, let number = ExactDecimal(literal), number.isIntegral else {
            wrongType(name, "an integer", value)
            return nil
        }
        guard let integer = number.integerValue, range.contains(integer) else {
            report(
                name,
                code,
                "\(name) is \(PrintableText.excerpt(literal)); it must be in \(range.lowerBound)…\(range.upperBound) (\(meaning))"
            )
            return nil
        }
        return integer
    }

    /// Whether the member is a number other than 0, in range or not.
    func isNumberOtherThanZero(_ name: String) -> Bool {
        guard case .number(let literal) = json[name] else { return false }
        return ExactDecimal(literal)?.isZero != true
    }

    /// A probability; an absent one is 0, as the API's own clients leave zeros out.
    mutating func probability(_ name: String) -> ExactDecimal? {
        guard let value = json[name] else { return .zero }
        guard case .number(let literal) = value else {
            wrongType(name, "a number", value)
            return nil
        }
        guard let number = ExactDecimal(literal), number >= .zero, number <= .one else {
            report(
                name,
                .probabilityRange,
                "\(name) is \(PrintableText.excerpt(literal)); a probability must be a finite number in 0…1"
            )
            return nil
        }
        return number
    }
}
