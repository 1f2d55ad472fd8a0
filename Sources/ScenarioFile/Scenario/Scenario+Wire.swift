public import ExactJSON
public import SimulationAPI

extension Scenario.ContactCenter {
    /// Reads a contact centre from JSON, such as the member that a sandbox's request carries.
    ///
    /// - Parameter pointer: where it stands in its document; the violations' pointers begin with it.
    public static func check(_ json: JSONValue, at pointer: JSONPointer = .root) -> Result<Self, Violations> {
        Scenario.check(json, at: pointer) { $0.contactCenter($1) }
    }
}

extension Scenario.Pacing {
    /// Reads a pacing policy from JSON, such as the member that a sandbox's request carries.
    ///
    /// - Parameter pointer: where it stands in its document; the violations' pointers begin with it.
    public static func check(_ json: JSONValue, at pointer: JSONPointer = .root) -> Result<Self, Violations> {
        Scenario.check(json, at: pointer) { $0.pacing($1) }
    }
}

extension Scenario {
    fileprivate static func check<Value>(
        _ json: JSONValue,
        at pointer: JSONPointer,
        _ read: (inout ScenarioReader, Element) -> Value?
    ) -> Result<Value, Violations> {
        var reader = ScenarioReader()
        let node = YAMLNode(json, at: SourcePlace(file: ""))
        let value = read(&reader, Element(node: node, pointer: pointer))
        guard let value, !reader.problems.hasErrors else {
            return .failure(
                Violations(
                    reader.problems.diagnostics.map {
                        Violation($0.pointer, ViolationCode(rawValue: $0.code.rawValue), $0.message)
                    }
                )
            )
        }
        return .success(value)
    }
}
