public import ExactJSON
public import SimulationAPI

/// A scenario file as it was written, overrides applied: values with their places, nothing judged yet.
public struct ScenarioDocument: Hashable, Sendable {
    /// The file as it was named.
    public var file: String
    var root: YAMLNode

    /// The keys at the top of the document.
    public var parts: Set<String> {
        guard case .mapping(let members) = root.content else { return [] }
        return Set(members.map(\.name))
    }

    /// The part of the document at a pointer as JSON, as it was written; `nil` if the document has nothing there.
    public func json(at pointer: JSONPointer) -> JSONValue? {
        var node = root
        for token in pointer.tokens {
            guard let next = node[token] else { return nil }
            node = next
        }
        return node.json
    }

    /// Where a value was written; for a missing value, the place of the nearest value above it.
    public func place(of pointer: JSONPointer) -> SourcePlace { root.nearest(to: pointer).place }

    /// A diagnostic about a value, at its key if it has one.
    public func diagnostic(
        _ severity: Diagnostic.Severity,
        _ code: Diagnostic.Code,
        _ message: String,
        at pointer: JSONPointer
    ) -> Diagnostic {
        Diagnostic(severity, code, message, at: root.namePlace(of: pointer) ?? place(of: pointer), pointer: pointer)
    }
}

extension ScenarioDocument {
    /// Reads a text of one kind of document.
    ///
    /// - Parameters:
    ///   - file: What diagnostics call the text.
    ///   - read: Reads the root.
    /// - Throws: ``ScenarioError`` with every problem of the text and of the overrides.
    static func parse<Value>(
        _ text: String,
        file: String,
        overrides: [Override] = [],
        _ read: (FormField) -> Value?
    ) throws(ScenarioError) -> (value: Value, warnings: [Diagnostic], document: ScenarioDocument) {
        var (document, diagnostics) = Self.read(text, file: file, overrides: overrides)
        let report = FormReport(capacity: DiagnosticList.capacity)
        let value = document.flatMap { read(FormField($0.root.json, report)) }
        if let document { diagnostics.append(report, in: document.root) }
        let problems = diagnostics.sorted(file: file)
        guard let document, let value, !diagnostics.hasErrors else { throw ScenarioError(problems) }
        return (value, problems, document)
    }

    /// The values of a text that is a document; nothing is judged but the YAML.
    package static func tree(of text: String) throws(ScenarioError) -> JSONValue {
        let (document, diagnostics) = read(text, file: "the text", overrides: [])
        guard let document, !diagnostics.hasErrors else {
            throw ScenarioError(diagnostics.sorted(file: "the text"))
        }
        return document.root.json
    }

    /// Reads the text, and sets the overrides in it one after the other.
    private static func read(
        _ text: String,
        file: String,
        overrides: [Override]
    ) -> (document: ScenarioDocument?, diagnostics: DiagnosticList) {
        let plain = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        guard plain.utf8.count <= SourceText.maximumBytes else {
            var list = DiagnosticList()
            list.append(SourceText.tooLarge(file))
            return (nil, list)
        }
        var (root, diagnostics) = YAMLComposer.compose(JSONText.readableAsYAML(plain), file: file)
        for override in overrides {
            do throws(ScenarioError) {
                if let old = root { root = try override.applied(to: old) }
            } catch {
                for diagnostic in error.diagnostics { diagnostics.append(diagnostic) }
            }
        }
        return (root.map { ScenarioDocument(file: file, root: $0) }, diagnostics)
    }
}
