import Addresses
import ExactJSON

/// Builds the tree of one YAML document and reports what the format refuses: anchors, aliases, tags, further
/// documents, repeated keys, keys that are not strings, and deep nesting.
///
/// The tree is built with a stack of its own, so no input can exhaust the call stack; the walk over the finished tree
/// may recurse, as its depth is bounded.
struct YAMLComposer {
    /// The deepest nesting of lists and mappings.
    static let maximumDepth = 64

    private struct Frame {
        var place: SourcePlace
        var pointer: JSONPointer
        var elements: [YAMLNode] = []
        var members: [YAMLNode.Member] = []
        var names: Set<String> = []
        var isMapping: Bool
        /// The key whose value comes next.
        var key: Key?
    }

    private enum Key {
        case name(String, SourcePlace)
        /// A key that has been reported; its value is dropped.
        case unusable
    }

    private let file: String
    private let text: String
    private var frames: [Frame] = []
    private var root: YAMLNode?
    private var diagnostics = DiagnosticList()

    /// The tree of the text's only document, with what was refused on the way.
    ///
    /// The tree is `nil` if the text is not YAML, is empty, is nested too deeply or has several documents.
    static func compose(_ text: String, file: String) -> (root: YAMLNode?, diagnostics: DiagnosticList) {
        var composer = YAMLComposer(file: file, text: text)
        let isComplete = composer.run()
        return (isComplete ? composer.root : nil, composer.diagnostics)
    }

    private init(file: String, text: String) {
        self.file = file
        self.text = text
    }

    private var pointer: JSONPointer {
        guard let frame = frames.last else { return .root }
        guard frame.isMapping else { return frame.pointer.appending(String(frame.elements.count)) }
        return if case .name(let name, _) = frame.key { frame.pointer.appending(name) } else { frame.pointer }
    }

    private mutating func report(_ code: Diagnostic.Code, _ message: String, _ place: SourcePlace) {
        diagnostics.append(Diagnostic(.error, code, message, at: place, pointer: pointer))
    }

    private mutating func run() -> Bool {
        var events = YAMLEvents(text)
        var documents = 0
        do throws(YAMLEvents.Failure) {
            while true {
                let (event, line, column) = try events.next()
                let place = SourcePlace(file: file, line: line, column: column)
                switch event {
                case .documentStart:
                    documents += 1
                    guard documents == 1 else {
                        report(.yamlDocuments, "a scenario file holds one document; a second one starts here", place)
                        return false
                    }
                case .end:
                    if documents == 0 { reportEmpty() }
                    return root != nil
                case .alias(let name):
                    report(
                        .yamlAlias,
                        "the alias *\(PrintableText.excerpt(name, to: 60)) is refused; write the value",
                        place
                    )
                    complete(YAMLNode(.refused, at: place))
                case .scalar(let text, let isPlain, let properties):
                    let isTagged = check(properties, place)
                    if Self.hasVariable(text) { reportVariable(text, place) }
                    complete(YAMLNode(isTagged ? .refused : .scalar(text, isPlain: isPlain), at: place))
                case .listStart(let properties):
                    guard start(isMapping: false, properties, place) else { return false }
                case .mappingStart(let properties):
                    guard start(isMapping: true, properties, place) else { return false }
                case .listEnd, .mappingEnd:
                    guard let frame = frames.popLast() else { continue }
                    let content: YAMLNode.Content = frame.isMapping ? .mapping(frame.members) : .list(frame.elements)
                    complete(YAMLNode(content, at: frame.place))
                }
            }
        } catch {
            let place = SourcePlace(file: file, line: error.line, column: error.column)
            report(.yamlSyntax, error.message + YAMLHint.text(for: error, in: text), place)
            return false
        }
    }

    private mutating func reportEmpty() {
        report(.yamlEmpty, "the file holds no document", SourcePlace(file: file, line: 1, column: 1))
    }

    private mutating func start(isMapping: Bool, _ properties: YAMLEvents.Properties, _ place: SourcePlace) -> Bool {
        _ = check(properties, place)
        guard frames.count < Self.maximumDepth else {
            report(.yamlDepth, "nested deeper than \(Self.maximumDepth)", place)
            return false
        }
        frames.append(Frame(place: place, pointer: pointer, isMapping: isMapping))
        return true
    }

    /// Reports an anchor or a tag; returns whether there is a tag, which would change what the value means.
    private mutating func check(_ properties: YAMLEvents.Properties, _ place: SourcePlace) -> Bool {
        if let anchor = properties.anchor {
            report(.yamlAnchor, "the anchor &\(PrintableText.excerpt(anchor, to: 60)) is refused; leave it out", place)
        }
        if let tag = properties.tag {
            report(.yamlTag, "the tag \(PrintableText.excerpt(tag, to: 60)) is refused; leave it out", place)
        }
        return properties.tag != nil
    }

    /// Whether `${` and a name are in a text, as shells and templates write variables.
    private static func hasVariable(_ text: String) -> Bool {
        guard let start = text.utf8.firstIndex(of: UInt8(ascii: "$")) else { return false }
        let rest = text[start...].split(separator: "${").dropFirst(text[start...].hasPrefix("${") ? 0 : 1)
        return rest.contains { part in
            let isName = part.utf8.first.map { $0 == 0x5F || (0x41...0x5A).contains($0 & 0xDF) } ?? false
            return isName && part.contains("}")
        }
    }

    private mutating func reportVariable(_ text: String, _ place: SourcePlace) {
        let message = "variables are not filled in; use --set: \"\(PrintableText.excerpt(text, to: 60))\""
        diagnostics.append(Diagnostic(.warning, .yamlVariable, message, at: place, pointer: pointer))
    }

    /// Puts a finished value where it belongs: into the list or mapping that is open, as a key or as a value.
    private mutating func complete(_ node: YAMLNode) {
        let top = frames.count - 1
        guard top >= 0 else {
            root = node
            return
        }
        guard frames[top].isMapping else { return frames[top].elements.append(node) }
        guard let key = frames[top].key else {
            let key = key(node)
            frames[top].key = key
            return
        }
        if case .name(let name, let place) = key {
            frames[top].members.append(YAMLNode.Member(name: name, namePlace: place, value: node))
        }
        frames[top].key = nil
    }

    private mutating func key(_ node: YAMLNode) -> Key {
        if node.content == .refused { return .unusable }
        guard case .scalar(let name, _) = node.content, case .string = node.json else {
            // YAML 1.1 takes such words for booleans, and tools that write it leave only true or false of them.
            let hint = node.json.bool.map { $0 ? "on, yes or y" : "off, no or n" }
            let written = node.json.bool.map { "\($0)" } ?? node.json.kind
            let cause = hint.map { "; if a tool for YAML 1.1 made it of \($0), write that in quotes" }
            report(
                .yamlKey,
                "a key must be a string, not \(written)\(cause ?? "; put it in quotes")",
                node.place
            )
            return .unusable
        }
        guard frames[frames.count - 1].names.insert(name).inserted else {
            report(.yamlDuplicateKey, "duplicate key \"\(PrintableText.excerpt(name, to: 60))\"", node.place)
            return .unusable
        }
        return .name(name, node.place)
    }
}

/// Advice on the most frequent YAML mistakes, because libyaml's own messages seldom say how to correct them.
enum YAMLHint {
    static func text(for failure: YAMLEvents.Failure, in text: String) -> String {
        let culprit = character(in: text, line: failure.line, column: failure.column)
        if failure.message.contains("block scalar") { return "; put a text that begins with > or | in quotes" }
        guard failure.message.contains("cannot start any token") else { return "" }
        return switch culprit {
        case "\t": "; indent with spaces, not with tabs"
        case "%", "@", "`", ">", "|": "; put a text that begins with \(culprit.map(String.init) ?? "") in quotes"
        default: ""
        }
    }

    private static func character(in text: String, line: Int, column: Int) -> UnicodeScalar? {
        let lines = text.unicodeScalars.split(separator: "\n", maxSplits: line, omittingEmptySubsequences: false)
        guard lines.indices.contains(line - 1) else { return nil }
        return lines[line - 1].dropFirst(column - 1).first
    }
}
