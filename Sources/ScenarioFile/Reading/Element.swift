import ExactJSON

/// A value of the document with its pointer: what one reading function takes.
struct Element {
    var node: YAMLNode
    var pointer: JSONPointer

    /// What messages call it: the last step of its pointer.
    var name: String {
        guard let last = pointer.tokens.last else { return "the document" }
        guard let parent = pointer.tokens.dropLast().last, Int(last) != nil else { return last }
        return "\(parent)[\(last)]"
    }
}

/// The members of a mapping of the document.
struct Fields {
    var element: Element

    subscript(name: String) -> Element? {
        element.node[name].map { Element(node: $0, pointer: element.pointer.appending(name)) }
    }

    var members: [YAMLNode.Member] {
        guard case .mapping(let members) = element.node.content else { return [] }
        return members
    }
}
