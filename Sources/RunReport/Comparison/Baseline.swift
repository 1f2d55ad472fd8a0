package import ExactJSON

/// The earlier result that a command compares its own with.
package struct Baseline: Sendable {
    /// How it is called: the id of a run, or a path.
    package let name: String
    private let result: MeasuredResult?
    /// Why an earlier result is missing; empty if there is one.
    private let absence: String
    private let gate: RegressionGate?

    /// A document that holds no measurements.
    package struct UnusableError: Error, CustomStringConvertible {
        package let description: String
    }

    /// An earlier result.
    package init(_ document: JSONValue, called name: String, gate: RegressionGate?) throws(UnusableError) {
        guard let result = MeasuredResult(document) else {
            throw UnusableError(description: "holds no result of a run or of a simulation that could be compared")
        }
        (self.name, self.result, absence, self.gate) = (name, result, "", gate)
    }

    /// No result yet: the command's own is judged alone.
    package init(noneBecause reason: String, called name: String) {
        (self.name, result, absence, gate) = (name, nil, reason, nil)
    }

    /// Compares a result, as its document holds it, with the baseline.
    package func finding(on document: JSONValue) -> BaselineFinding {
        guard let result else { return .alone(absence) }
        guard let current = MeasuredResult(document) else {
            return .alone("nothing was measured that could be compared")
        }
        return .compared(BaselineComparison(result, called: name, current, gate: gate))
    }
}

/// What comes of a baseline.
package enum BaselineFinding: Hashable, Sendable {
    /// Nothing was compared, for this reason.
    case alone(String)
    case compared(BaselineComparison)

    package var comparison: BaselineComparison? { if case .compared(let comparison) = self { comparison } else { nil } }

    package var assertions: [Assertion] { comparison?.assertions ?? [] }

    package var notes: [String] { if case .alone(let reason) = self { [reason] } else { [] } }

    package var json: JSONValue { comparison?.json ?? .null }
}
