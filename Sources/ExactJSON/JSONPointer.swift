/// The place of a value in a document (RFC 6901), such as `/outcomeInjection/answerProbability`.
public struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
    /// The names and array positions on the way, unescaped.
    public var tokens: [String]

    /// The whole document.
    public static let root = JSONPointer(tokens: [])

    /// Creates a pointer from its unescaped tokens.
    public init(tokens: [String]) { self.tokens = tokens }

    /// Reads the text form; returns nil if it starts with another character than `/`, or has a `~` without `0` or `1`.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.isEmpty || bytes[0] == UInt8(ascii: "/") else { return nil }
        var tokens: [String] = []
        for escaped in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst() {
            guard let token = Self.unescape(escaped) else { return nil }
            tokens.append(token)
        }
        self.tokens = tokens
    }

    /// The pointer of a member or element of the value that this one points at.
    public func appending(_ token: String) -> JSONPointer { JSONPointer(tokens: tokens + [token]) }

    /// The pointer with `~` and `/` escaped.
    public var description: String {
        var text: [UInt8] = []
        for token in tokens {
            text.append(UInt8(ascii: "/"))
            // By bytes: a combining mark after `~` or `/` would make another Character of it.
            for byte in token.utf8 {
                switch byte {
                case UInt8(ascii: "~"): text.append(contentsOf: "~0".utf8)
                case UInt8(ascii: "/"): text.append(contentsOf: "~1".utf8)
                default: text.append(byte)
                }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func unescape(_ escaped: ArraySlice<UInt8>) -> String? {
        var token: [UInt8] = []
        var rest = escaped
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "~") else {
                token.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "0"): token.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): token.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        return String(decoding: token, as: UTF8.self)
    }
}
