/// A strict reader of the XML that reports are made of: it takes no document type and no entity but the five.
struct XMLCheck {
    struct Malformed: Error, CustomStringConvertible {
        var description: String
    }

    private var rest: Substring.UnicodeScalarView
    /// The names of all elements, in the order of their start tags.
    private(set) var elements: [String] = []
    /// The attributes of each, in the same order.
    private(set) var attributes: [[String: String]] = []

    /// Reads a document with one root element.
    init(_ text: String) throws {
        rest = text[...].unicodeScalars
        for scalar in rest {
            let isAllowed = scalar.value >= 0x20 || scalar == "\n" || scalar == "\t" || scalar == "\r"
            guard isAllowed, scalar.value & 0xFFFE != 0xFFFE else {
                throw Malformed(description: "U+\(String(scalar.value, radix: 16))")
            }
        }
        if take("<?xml") { while !take("?>") { try skip() } }
        var open: [String] = []
        repeat {
            _ = try characters(until: "<", isInside: !open.isEmpty)
            if take("</") {
                let name = name()
                guard open.popLast() == name, take(">") else { throw Malformed(description: "end of \(name)") }
            } else if take("<") {
                let name = name()
                guard !name.isEmpty else { throw Malformed(description: "a bare <") }
                elements.append(name)
                if try !startTag(name) { open.append(name) }
            } else {
                throw Malformed(description: "ends within \(open)")
            }
        } while !open.isEmpty
        _ = try characters(until: "<", isInside: false)
        guard rest.isEmpty else { throw Malformed(description: "something after the root") }
    }

    /// Reads the attributes; returns whether the element is empty.
    private mutating func startTag(_ name: String) throws -> Bool {
        var found: [String: String] = [:]
        while true {
            let hadSpace = take(" ")
            let isEmpty = take("/>")
            if isEmpty || take(">") {
                attributes.append(found)
                return isEmpty
            }
            let key = self.name()
            guard hadSpace, !key.isEmpty, take("=\""), found[key] == nil else {
                throw Malformed(description: "attribute \(key) of \(name)")
            }
            found[key] = try characters(until: "\"", isInside: true)
            guard take("\"") else { throw Malformed(description: "open attribute \(key)") }
        }
    }

    private mutating func take(_ text: String) -> Bool {
        guard rest.starts(with: text.unicodeScalars) else { return false }
        rest = rest.dropFirst(text.unicodeScalars.count)
        return true
    }

    private mutating func skip() throws {
        guard rest.popFirst() != nil else { throw Malformed(description: "ends too early") }
    }

    private mutating func name() -> String {
        let name = rest.prefix {
            $0.properties.isAlphabetic || "-:_".unicodeScalars.contains($0) || ("0"..."9").contains($0)
        }
        rest = rest.dropFirst(name.count)
        return String(name)
    }

    /// Reads text up to a scalar, and resolves references.
    private mutating func characters(until end: Unicode.Scalar, isInside: Bool) throws -> String {
        var text = String.UnicodeScalarView()
        let references: [(String, Unicode.Scalar)] = [
            ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""), ("&#39;", "'"),
        ]
        while let next = rest.first, next != end {
            guard next != "<", isInside || next.properties.isWhitespace else {
                throw Malformed(description: "stray \(next)")
            }
            if next == "&" {
                guard let (_, scalar) = references.first(where: { take($0.0) }) else {
                    throw Malformed(description: "a bare &")
                }
                text.append(scalar)
            } else {
                text.append(next)
                rest.removeFirst()
            }
        }
        return String(text)
    }
}
