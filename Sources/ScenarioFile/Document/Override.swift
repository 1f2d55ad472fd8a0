import Addresses
import ExactJSON

/// One value of a scenario that `--set path=value` replaces before anything is judged.
///
/// The path is dotted (`simulation.maxCalls`, `monitors.0.name`); the value is a YAML scalar as it stands, or a list,
/// mapping or quoted text in flow style. Mappings that are missing on the way are made.
public struct Override: Hashable, Sendable {
    /// The longest path, in steps.
    static let maximumSteps = 16

    /// The option as it was given, `simulation.maxCalls=200`.
    public var text: String
    private var path: [String]
    private var value: YAMLNode

    /// Reads `path=value`.
    ///
    /// - Throws: ``ScenarioError`` with the code `set.syntax` if the text is not an override.
    public init(parsing text: String) throws(ScenarioError) {
        self.text = text
        let place = Self.place(text)
        guard let equals = text.firstIndex(of: "=") else {
            throw Self.syntax("an override is written path=value, such as simulation.maxCalls=200", place)
        }
        let steps = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard steps.allSatisfy({ !$0.isEmpty }), steps.count <= Self.maximumSteps else {
            throw Self.syntax("the path is dotted keys, such as simulation.maxCalls or monitors.0.name", place)
        }
        // The metrics of thresholds have dots of their own: thresholds.waitSeconds.mean is two keys, not three.
        path =
            steps[0] == "thresholds" && steps.count > 2
            ? ["thresholds", steps.dropFirst().joined(separator: ".")] : steps
        value = try Self.value(String(text[text.index(after: equals)...]), place)
    }

    private static func place(_ text: String) -> SourcePlace {
        SourcePlace(file: "--set \(PrintableText.excerpt(text, to: 120))")
    }

    private static func syntax(_ message: String, _ place: SourcePlace) -> ScenarioError {
        ScenarioError([Diagnostic(.error, .setSyntax, message, at: place)])
    }

    private static func value(_ text: String, _ place: SourcePlace) throws(ScenarioError) -> YAMLNode {
        guard let first = text.unicodeScalars.first(where: { $0 != " " }), "{[\"'".unicodeScalars.contains(first)
        else { return YAMLNode(.scalar(text, isPlain: true), at: place) }
        guard text.utf8.count <= SourceText.maximumBytes else { throw syntax("the value is longer than 1 MiB", place) }
        let (root, diagnostics) = YAMLComposer.compose(text, file: place.file)
        guard let root, !diagnostics.hasErrors else {
            let problem = diagnostics.diagnostics.first?.message ?? "not YAML"
            throw syntax("the value cannot be read: \(problem)", place)
        }
        return root.replacingPlaces(with: place)
    }

    func applied(to root: YAMLNode) throws(ScenarioError) -> YAMLNode { try set(path[...], in: root) }

    private func set(_ steps: ArraySlice<String>, in node: YAMLNode) throws(ScenarioError) -> YAMLNode {
        guard let step = steps.first else { return value }
        let rest = steps.dropFirst()
        let place = Self.place(text)
        var node = node
        switch node.content {
        case .mapping(var members):
            if let index = members.firstIndex(where: { $0.name == step }) {
                members[index].value = try set(rest, in: members[index].value)
            } else {
                let isList = rest.first == "0"
                let made = try set(rest, in: YAMLNode(isList ? .list([]) : .mapping([]), at: place))
                members.append(YAMLNode.Member(name: step, namePlace: place, value: made))
            }
            node.content = .mapping(members)
        case .list(var elements):
            guard let index = Int(step), (0...elements.count).contains(index) else {
                throw impossible(
                    "the list has no element \"\(PrintableText.excerpt(step))\"; its length is \(elements.count)",
                    steps
                )
            }
            if index == elements.count { elements.append(YAMLNode(.mapping([]), at: place)) }
            elements[index] = try set(rest, in: elements[index])
            node.content = .list(elements)
        case .scalar, .refused:
            guard node.isNull else {
                throw impossible("it is \(node.json.kind), which has no \"\(PrintableText.excerpt(step))\"", steps)
            }
            node = try set(steps, in: YAMLNode(.mapping([]), at: place))
        }
        return node
    }

    private func impossible(_ problem: String, _ steps: ArraySlice<String>) -> ScenarioError {
        let pointer = JSONPointer(tokens: Array(path[..<steps.startIndex]))
        let name = pointer.tokens.isEmpty ? "the document" : pointer.tokens.joined(separator: ".")
        let message = "\(PrintableText.excerpt(name, to: 120)) cannot be set: \(problem)"
        return ScenarioError([Diagnostic(.error, .setPath, message, at: Self.place(text), pointer: pointer)])
    }
}

extension YAMLNode {
    /// The same value, written in one place.
    func replacingPlaces(with place: SourcePlace) -> YAMLNode {
        var node = self
        node.place = place
        switch content {
        case .list(let elements): node.content = .list(elements.map { $0.replacingPlaces(with: place) })
        case .mapping(let members):
            node.content = .mapping(
                members.map {
                    Member(name: $0.name, namePlace: place, value: $0.value.replacingPlaces(with: place))
                }
            )
        case .scalar, .refused: break
        }
        return node
    }
}
