import Addresses

/// Says why a text is not one JSON document within the limits.
public struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in words for a message.
    public enum Reason: String, Hashable, Sendable {
        case byteOrderMark = "JSON must not begin with a byte order mark"
        case colonExpected = "expected ':'"
        case commaOrBraceExpected = "expected ',' or '}'"
        case commaOrBracketExpected = "expected ',' or ']'"
        case controlCharacter = "unescaped control character in a string"
        case digitExpected = "expected a digit"
        case duplicateMember = "duplicate member"
        case hexadecimalDigitsExpected = "expected four hexadecimal digits"
        case invalidUTF8 = "invalid UTF-8"
        case memberNameExpected = "expected a member name in quotation marks"
        case tooDeep = "nested deeper than 64"
        case unexpectedEnd = "expected a value, but the document ends"
        case unexpectedText = "unexpected text after the document"
        case unknownEscape = "unknown escape"
        case unpairedSurrogate = "unpaired surrogate"
        case unterminatedString = "unterminated string"
        case valueExpected = "expected a value"
    }

    /// What is wrong.
    public var reason: Reason
    /// The name of a duplicate member, as it may be shown.
    var member: String?
    /// Where, in bytes from the start.
    public var offset: Int

    /// What is wrong, in words.
    public var message: String { reason.rawValue + (member.map { " \"\($0)\"" } ?? "") }
    /// The message with its place.
    public var description: String { "\(message) at byte \(offset)" }
}

/// Reads JSON (RFC 8259) strictly: one document, valid UTF-8, no duplicate member, a bounded depth.
///
/// Numbers keep their text (see ``JSONValue``), which the JSON decoders of Foundation do not offer.
public struct JSONReader {
    /// The deepest nesting of arrays and objects that is read.
    public static let maximumDepth = 64

    private let bytes: [UInt8]
    private var position = 0

    /// Reads a whole document.
    ///
    /// - Throws: ``JSONSyntaxError`` with the place of the first error.
    public static func read(_ bytes: some Sequence<UInt8>) throws(JSONSyntaxError) -> JSONValue {
        var reader = JSONReader(bytes: Array(bytes))
        guard !reader.bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { throw reader.error(.byteOrderMark) }
        let value = try reader.value(depth: 0)
        guard reader.position == reader.bytes.count else { throw reader.error(.unexpectedText) }
        return value
    }

    /// Reads a whole document from text.
    ///
    /// - Throws: ``JSONSyntaxError`` with the place of the first error.
    public static func read(_ text: String) throws(JSONSyntaxError) -> JSONValue { try read(text.utf8) }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func error(_ reason: JSONSyntaxError.Reason) -> JSONSyntaxError {
        JSONSyntaxError(reason: reason, offset: position)
    }

    private mutating func skipWhiteSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    /// Reads a value and the white space before and after it.
    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        skipWhiteSpace()
        defer { skipWhiteSpace() }
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw error(.unexpectedEnd)
        case .some(let byte) where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte):
            return .number(try number())
        default: throw error(.valueExpected)
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw error(.valueExpected) }
        position += word.utf8.count
        return value
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        guard depth <= Self.maximumDepth else { throw error(.tooDeep) }
        position += 1
        skipWhiteSpace()
        var elements: [JSONValue] = []
        if skip("]") { return .array([]) }
        repeat { elements.append(try value(depth: depth)) } while skip(",")
        guard skip("]") else { throw error(.commaOrBracketExpected) }
        return .array(elements)
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        guard depth <= Self.maximumDepth else { throw error(.tooDeep) }
        position += 1
        skipWhiteSpace()
        var members: [JSONValue.Member] = []
        var names: Set<[UInt8]> = []  // By bytes: names in two normalisation forms are two names.
        if skip("}") { return .object([]) }
        repeat {
            skipWhiteSpace()
            let start = position
            guard current == UInt8(ascii: "\"") else { throw error(.memberNameExpected) }
            let name = try string()
            guard names.insert(Array(name.utf8)).inserted else {
                let shown = PrintableText.excerpt(name)
                throw JSONSyntaxError(reason: .duplicateMember, member: shown, offset: start)
            }
            skipWhiteSpace()
            guard skip(":") else { throw error(.colonExpected) }
            members.append(JSONValue.Member(name, try value(depth: depth)))
        } while skip(",")
        guard skip("}") else { throw error(.commaOrBraceExpected) }
        return .object(members)
    }

    /// Moves past a character if it comes next.
    private mutating func skip(_ character: UnicodeScalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func number() throws(JSONSyntaxError) -> String {
        let start = position
        _ = skip("-")
        if !skip("0") { try digits() }
        if skip(".") { try digits() }
        if skip("e") || skip("E") {
            _ = skip("+") || skip("-")
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(JSONSyntaxError) {
        let start = position
        while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw error(.digitExpected) }
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        position += 1
        var content: [UInt8] = []
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else { throw error(.invalidUTF8) }
                position += 1
                return text
            case UInt8(ascii: "\\"):
                position += 1
                content.append(contentsOf: try escape())
            case 0..<0x20: throw error(.controlCharacter)
            default:
                content.append(byte)
                position += 1
            }
        }
        throw error(.unterminatedString)
    }

    private mutating func escape() throws(JSONSyntaxError) -> [UInt8] {
        guard let byte = current else { throw error(.unterminatedString) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var code = UInt32(try fourHexDigits())
            if (0xD800..<0xDC00).contains(code) {
                guard skip("\\"), skip("u") else { throw error(.unpairedSurrogate) }
                let low = UInt32(try fourHexDigits())
                guard (0xDC00..<0xE000).contains(low) else { throw error(.unpairedSurrogate) }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = UnicodeScalar(code) else { throw error(.unpairedSurrogate) }
            return Array(String(Character(scalar)).utf8)
        default: throw error(.unknownEscape)
        }
    }

    private mutating func fourHexDigits() throws(JSONSyntaxError) -> UInt16 {
        guard position + 4 <= bytes.count,
            bytes[position..<position + 4].allSatisfy({ $0 < 0x80 && Character(UnicodeScalar($0)).isHexDigit }),
            let code = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw error(.hexadecimalDigitsExpected) }
        position += 4
        return code
    }
}
