import Addresses
import ExactJSON
import SimulationAPI

/// Turns a document into values and collects everything that is wrong on the way.
///
/// Each function reads one kind of value: it returns the value, or reports why there is none and returns `nil`.
struct ScenarioReader {
    var problems = DiagnosticList()

    /// Reads a text of one kind of document.
    ///
    /// - Parameters:
    ///   - file: what diagnostics call the text.
    ///   - read: reads the root.
    /// - Throws: ``ScenarioError`` with every problem of the text.
    static func document<Value>(
        _ text: String,
        file: String,
        _ read: (inout ScenarioReader, Element) -> Value?
    ) throws(ScenarioError) -> (value: Value, warnings: [Diagnostic]) {
        let (document, diagnostics) = ScenarioDocument.read(text, file: file, overrides: [])
        var reader = ScenarioReader(problems: diagnostics)
        let value = document.flatMap { read(&reader, Element(node: $0.root, pointer: .root)) }
        let problems = reader.problems.sorted(file: file)
        guard let value, !reader.problems.hasErrors else { throw ScenarioError(problems) }
        return (value, problems)
    }

    mutating func report(
        _ element: Element,
        _ code: Diagnostic.Code,
        _ message: String,
        severity: Diagnostic.Severity = .error
    ) {
        problems.append(
            Diagnostic(severity, code, message, at: element.node.place, pointer: element.pointer)
        )
    }

    /// Reports a value of the wrong type.
    mutating func reportType(_ element: Element, _ wanted: String) {
        guard element.node.content != .refused else { return }
        let shown: String =
            switch element.node.json {
            case .number(let literal): "the number \(PrintableText.clipped(literal))"
            case .bool(let flag): "\(flag)"
            case .string(let text) where !text.isEmpty: "\"\(PrintableText.clipped(text))\""
            case .string: "an empty text"
            case .array: "a list"
            case let other: other.kind
            }
        report(element, .fieldType, "\(element.name) must be \(wanted), not \(shown)")
    }

    mutating func reportUnknown(
        _ member: YAMLNode.Member,
        in fields: Fields,
        _ what: String,
        known: [String],
        _ code: Diagnostic.Code = .fieldUnknown
    ) {
        guard !problems.isFull else { return problems.appendErrors(1) }
        problems.append(
            Diagnostic(
                .error,
                code,
                "unknown \(what) \(Suggestion.quoted(member.name, among: known))",
                at: member.namePlace,
                pointer: fields.element.pointer.appending(member.name)
            )
        )
    }

    /// A mapping of these keys and no others.
    mutating func fields(_ element: Element, known: [String], of what: String = "field") -> Fields? {
        guard let fields = mapping(element) else { return nil }
        for member in fields.members where !known.contains(member.name) {
            reportUnknown(member, in: fields, what, known: known)
        }
        return fields
    }

    /// A mapping of any keys.
    mutating func mapping(_ element: Element) -> Fields? {
        guard case .mapping = element.node.content else {
            reportType(element, "an object")
            return nil
        }
        return Fields(element: element)
    }

    /// A member that must be there.
    mutating func required(_ fields: Fields, _ name: String, _ reason: String = "") -> Element? {
        if let element = fields[name] { return element }
        let missing = Element(node: fields.element.node, pointer: fields.element.pointer.appending(name))
        report(missing, .fieldMissing, "\(name) is missing\(reason)")
        return nil
    }

    /// A list; what is wrong with one element does not hide the others.
    mutating func list(_ element: Element) -> [Element]? {
        guard case .list(let nodes) = element.node.content else {
            reportType(element, "a list")
            return nil
        }
        return nodes.enumerated().map { index, node in
            Element(node: node, pointer: element.pointer.appending(String(index)))
        }
    }
}
