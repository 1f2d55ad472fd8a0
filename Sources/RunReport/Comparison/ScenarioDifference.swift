package import ExactJSON

/// A value in which two scenarios differ.
package struct ScenarioDifference: Hashable, Sendable {
    /// The place as `--set` writes it, such as `contactCenter.agents`.
    package let path: String
    /// The values as JSON; nil if the scenario has none there.
    package let baseline: JSONValue?
    package let current: JSONValue?

    /// Finds the differences of two scenarios, in the order of the first; monitors are left out.
    static func all(_ baseline: JSONValue, _ current: JSONValue) -> [ScenarioDifference] {
        differences(baseline, current, at: [])
    }

    private static func differences(_ old: JSONValue?, _ new: JSONValue?, at path: [String]) -> [ScenarioDifference] {
        if let old, let new {
            if case (.object(let first), .object(let second)) = (old, new) {
                let names = first.map(\.name) + second.map(\.name).filter { old[$0] == nil }
                return names.flatMap { differences(old[$0], new[$0], at: path + [$0]) }
            }
            if let first = old.elements, let second = new.elements {
                return (0..<max(first.count, second.count)).flatMap { index in
                    differences(first.element(index), second.element(index), at: path + ["\(index)"])
                }
            }
            if old == new { return [] }
            if let first = old.double, let second = new.double, first == second { return [] }
        }
        return [ScenarioDifference(path: path.joined(separator: "."), baseline: old, current: new)]
    }

    package var text: String { "\(path): \(Self.text(baseline)) → \(Self.text(current))" }

    private static func text(_ value: JSONValue?) -> String {
        guard let value else { return "not written" }
        let text = value.string ?? value.text
        return text.count > 60 ? text.prefix(59) + "…" : text
    }

    var json: JSONValue {
        ["path": .string(path), "baseline": baseline ?? .null, "current": current ?? .null]
    }
}

extension [JSONValue] {
    fileprivate func element(_ index: Int) -> JSONValue? {
        // `nil` alone would be the JSON value `null`.
        indices.contains(index) ? self[index] : JSONValue?.none
    }
}

extension JSONValue {
    /// A scenario as a result keeps it: without its monitors, whose addresses can hold secrets.
    package var withoutMonitors: JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { $0.name != "monitors" })
    }
}
