package import ExactJSON
import SimulationAPI

/// What a run's files say before it has a result: the run was refused before it began, or it has not come to its end.
package struct UnfinishedRun: Sendable {
    /// The command, such as `run`.
    package var kind: String
    /// The run's id; `nil` if the run has none.
    package var runID: String?
    /// The scenario's name, or the path of one that could not be read.
    package var scenario: String
    package var reason: String
    /// `nil` as long as the process works.
    package var exitCode: ExitCode?
    /// The problems of the scenario, as `validate --json` shows them.
    package var diagnostics: [JSONValue]

    package init(
        kind: String = "run",
        runID: String? = nil,
        scenario: String,
        reason: String,
        exitCode: ExitCode? = nil,
        diagnostics: [JSONValue] = []
    ) {
        (self.kind, self.runID, self.scenario, self.reason) = (kind, runID, scenario, reason)
        (self.exitCode, self.diagnostics) = (exitCode, diagnostics)
    }

    /// The document `result.json`: the members of a result that are known.
    package var json: JSONValue {
        .object(present: [
            "version": 1, "kind": .string(kind), "runId": runID.map { .string($0) } ?? .null,
            "scenario": .string(scenario),
            "ending": ["kind": .string(exitCode == nil ? "unfinished" : "notBegun"), "reason": .string(reason)],
            "assertions": [
                [
                    "name": .string(Demand.simulationCompleted.name),
                    "title": .string(Demand.simulationCompleted.title), "verdict": "fail",
                    "observed": .string(observed), "expected": "completed", "detail": .string(reason),
                ]
            ],
            "diagnostics": diagnostics.isEmpty ? nil : .array(diagnostics), "verdict": "fail",
            "exitCode": exitCode.map { .integer($0.rawValue) } ?? .null,
        ])
    }

    /// The document `junit.xml`: one test case with an error.
    package var junit: String { JUnitDocument(ResultDocument(self)).text }

    private var observed: String { exitCode == nil ? "no end" : "no run" }
}
