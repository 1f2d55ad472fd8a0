public import ExactJSON

/// A well-formed JSON document that is not the message that it should be.
public struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The place of the wrong member.
    public var pointer: JSONPointer
    /// What is wrong with it, in words.
    public var message: String

    /// The place and the problem.
    public var description: String { "\(pointer.tokens.isEmpty ? "the document" : "\(pointer)"): \(message)" }
}

/// Reads typed members out of a JSON object, tolerant of members that it does not know.
struct WireReader {
    private let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    func error(_ name: String, _ message: String) -> WireError {
        WireError(pointer: JSONPointer(tokens: [name]), message: message)
    }

    func string(_ name: String) throws(WireError) -> String {
        guard case .object = json else { throw WireError(pointer: .root, message: "is \(json.kind), not an object") }
        guard let value = json[name] else { throw error(name, "is missing") }
        guard let text = value.string else { throw error(name, "is \(value.kind), not a string") }
        return text
    }

    /// A non-empty string of at most 256 bytes without control characters.
    func identifier(_ name: String) throws(WireError) -> String {
        let text = try string(name)
        guard !text.isEmpty, text.utf8.count <= 256, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw error(name, "is empty, too long or has control characters")
        }
        return text
    }

    func word<Word: RawRepresentable<String>>(_ name: String) throws(WireError) -> Word {
        let text = try string(name)
        guard let word = Word(rawValue: text) else { throw error(name, "is a word that is not known") }
        return word
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(WireError) -> Int {
        guard let value = json[name] else { throw error(name, "is missing") }
        guard let number = value.integer else { throw error(name, "is not an integer") }
        guard range.contains(number) else { throw error(name, "is not in \(range.lowerBound)…\(range.upperBound)") }
        return number
    }
}
