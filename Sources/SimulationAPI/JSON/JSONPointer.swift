/// The place of a value in a document (RFC 6901), such as `/outcomeInjection/answerProbability`.
public struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
    /// The names and array positions on the way, unescaped.
    public var tokens: [String]

    /// The whole document.
    public static let root = JSONPointer(tokens: [])

    /// Creates a pointer from its unescaped tokens.
    public init(tokens: [String]) { self.tokens = tokens }

    /// The pointer of a member or element of the value that this one points at.
    public func appending(_ token: String) -> JSONPointer { JSONPointer(tokens: tokens + [token]) }

    /// The pointer with `~` and `/` escaped.
    public var description: String {
        tokens.map { token in
            "/"
                + token.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
                .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
        }.joined()
    }
}
