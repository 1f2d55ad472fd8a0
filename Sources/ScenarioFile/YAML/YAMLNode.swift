import ExactJSON

/// A value of a YAML document with the place where it was written: what the readers see of it is its ``json``.
struct YAMLNode: Hashable, Sendable {
    /// A key and its value.
    struct Member: Hashable, Sendable {
        var name: String
        var namePlace: SourcePlace
        var value: YAMLNode
    }

    enum Content: Hashable, Sendable {
        /// A text; a plain one may mean a number, a boolean or null.
        case scalar(String, isPlain: Bool)
        case list([YAMLNode])
        case mapping([Member])
        /// Something that has been reported already: an alias or a tagged value.
        case refused
    }

    var content: Content
    var place: SourcePlace

    init(_ content: Content, at place: SourcePlace) {
        self.content = content
        self.place = place
    }

    /// The value of this key, or the element at this index.
    subscript(token: String) -> YAMLNode? {
        switch content {
        case .mapping(let members): members.first { $0.name == token }?.value
        case .list(let elements): Int(token).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
        case .scalar, .refused: nil
        }
    }

    /// Whether nothing is written here: `null`, `~` or an empty value.
    var isNull: Bool { json == .null && content != .refused }

    /// The value as JSON: plain scalars are read by the core schema; what was refused becomes null.
    var json: JSONValue {
        switch content {
        case .scalar(let text, let isPlain): isPlain ? CoreSchema.value(ofPlain: text) : .string(text)
        case .list(let elements): .array(elements.map(\.json))
        case .mapping(let members): .object(members.map { JSONValue.Member($0.name, $0.value.json) })
        case .refused: .null
        }
    }

    /// The value at the pointer, or the nearest one above it that exists.
    func nearest(to pointer: JSONPointer) -> YAMLNode {
        var node = self
        for token in pointer.tokens {
            guard let next = node[token] else { break }
            node = next
        }
        return node
    }

    /// Whether the value at the pointer, or one above it, was refused.
    func isRefused(at pointer: JSONPointer) -> Bool { nearest(to: pointer).content == .refused }

    /// The place of the key that the pointer ends with, if there is one.
    func namePlace(of pointer: JSONPointer) -> SourcePlace? {
        guard let name = pointer.tokens.last else { return nil }
        let parent = nearest(to: JSONPointer(tokens: Array(pointer.tokens.dropLast())))
        guard case .mapping(let members) = parent.content else { return nil }
        return members.first { $0.name == name }?.namePlace
    }
}
