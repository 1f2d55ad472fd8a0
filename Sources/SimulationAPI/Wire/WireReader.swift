public import ExactJSON

/// A well-formed JSON document that is not the message that it should be.
public struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The place of the wrong member.
    public var pointer: JSONPointer
    /// What is wrong with it, in words.
    public var message: String

    /// What is wrong.
    public var description: String { message }
}

/// Reads the members of a message, and throws the first violation; members that it does not ask for are ignored.
struct WireReader {
    private let root: FormField
    private let report = FormReport()

    init(_ json: JSONValue) { root = FormField(json, report) }

    func read<Value>(_ name: String, _ read: (FormField) -> Value?) throws(WireError) -> Value {
        let value = root.form(of: nil) { $0.required(name).flatMap(read) }
        if let value { return value }
        let violation = report.violations[0]
        throw WireError(pointer: violation.pointer, message: violation.message)
    }
}

extension FormField {
    /// A non-empty string of at most 256 bytes without control characters.
    func identifier() -> String? {
        guard let text = text() else { return nil }
        guard !text.isEmpty, text.utf8.count <= 256, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return fail(.fieldType, "\(name) is empty, too long or has control characters")
        }
        return text
    }
}
