package import ExactJSON
package import Foundation

/// Holds documents against the JSON Schemas of `docs/schemas`, as far as these use the language (2020-12).
///
/// Stricter than the standard in two ways: a keyword that is not known here is a problem, and so is a member that an object
/// with `properties` does not name. So a document has no member that its schema leaves out.
package struct SchemaCheck {
    private let root: JSONValue
    private static let annotations: Set<String> = ["$schema", "$id", "$defs", "title", "description"]

    /// Reads the schema of a command, such as `runs-list`.
    package init(_ command: String) throws {
        let url = Self.folder.appending(path: "\(command).json")
        root = try JSONReader.read(Array(try Data(contentsOf: url)))
    }

    init(schema: JSONValue) { root = schema }

    /// The folder of the schemas.
    package static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/schemas")

    /// Everything in which a document differs from the schema; empty if it fits.
    package func problems(of document: JSONValue) -> [String] { check(document, root, "") }

    private func check(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
        guard case .object(let keywords) = schema else { return ["\(path): the schema is \(schema.kind)"] }
        return keywords.flatMap { keyword -> [String] in
            let demand = keyword.value
            switch keyword.name {
            case let name where Self.annotations.contains(name): return []
            case "$ref": return check(value, definition(demand.string ?? ""), path)
            case "type": return hasType(value, demand) ? [] : ["\(path) is \(value.kind), not \(demand.text)"]
            case "const": return value == demand ? [] : ["\(path) is \(value.text), not \(demand.text)"]
            case "enum":
                return demand.elements?.contains(value) == true
                    ? [] : ["\(path): \(value.text) is none of \(demand.text)"]
            case "minimum": return isOrdered(demand, value) ? [] : ["\(path) is below \(demand.text)"]
            case "maximum": return isOrdered(value, demand) ? [] : ["\(path) is above \(demand.text)"]
            case "anyOf":
                let found = (demand.elements ?? []).map { check(value, $0, path) }
                return found.contains([]) ? [] : found.min { $0.count < $1.count } ?? ["\(path): anyOf is empty"]
            case "required":
                guard value.isObject else { return [] }
                return (demand.elements ?? []).compactMap(\.string).filter { value[$0] == nil }.map {
                    "\(path) lacks \($0)"
                }
            case "properties": return members(value, demand, schema["additionalProperties"], path)
            case "additionalProperties":
                return schema["properties"] == nil ? members(value, [:], demand, path) : []
            case "items":
                return (value.elements ?? []).enumerated().flatMap { check($1, demand, "\(path)/\($0)") }
            default: return ["\(path): the keyword \(keyword.name) is not known"]
            }
        }
    }

    private func members(_ value: JSONValue, _ named: JSONValue, _ others: JSONValue?, _ path: String) -> [String] {
        guard case .object(let members) = value else { return [] }
        return members.flatMap { member in
            let place = "\(path)/\(member.name)"
            guard let schema = named[member.name] ?? others else { return ["\(place) is not in the schema"] }
            return check(member.value, schema, place)
        }
    }

    private func definition(_ reference: String) -> JSONValue {
        var value = root
        for name in reference.split(separator: "/").dropFirst() { value = value[String(name)] ?? .null }
        return value
    }

    private func hasType(_ value: JSONValue, _ types: JSONValue) -> Bool {
        (types.elements ?? [types]).compactMap(\.string).contains { type in
            switch type {
            case "null": value == .null
            case "boolean": value.bool != nil
            case "integer": value.integer != nil
            case "number": value.double != nil
            case "string": value.string != nil
            case "array": value.elements != nil
            case "object": value.isObject
            default: false
            }
        }
    }

    private func isOrdered(_ low: JSONValue, _ high: JSONValue) -> Bool {
        guard let low = low.double, let high = high.double else { return true }
        return low <= high
    }
}
