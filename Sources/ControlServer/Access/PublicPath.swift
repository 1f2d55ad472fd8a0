/// The path below which a proxy shows the service, such as `/ringback`; empty for none.
///
/// The service answers with the prefix and without it, since a proxy may take it off. What it writes has the prefix.
package struct PublicPath: Hashable, Sendable {
    package let text: String

    package static let root = PublicPath(text: "")

    private init(text: String) { self.text = text }

    /// Reads `/ringback` or `/tools/ringback/`; `nil` for what is not a plain path.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard text.hasPrefix("/") else { return nil }
        let names = parts.last == "" ? parts.dropLast() : parts
        let isPlain = names.allSatisfy { name in
            name != "." && name != ".." && !name.isEmpty
                && name.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                        UInt8(ascii: "-"), UInt8(ascii: "~"):
                        true
                    default: false
                    }
                }
        }
        guard isPlain, text.utf8.count <= 200 else { return nil }
        self.text = names.map { "/\($0)" }.joined()
    }

    /// A path of the service as others see it.
    package func callAsFunction(_ path: String) -> String { text + path }

    /// The path of the service that a request means.
    package func removed(from path: String) -> String {
        guard !text.isEmpty, path.hasPrefix(text) else { return path }
        let rest = path.dropFirst(text.count)
        return rest.isEmpty ? "/" : rest.hasPrefix("/") ? String(rest) : path
    }
}
