package import ExactJSON
import SimulationAPI

/// What a run's files say before it has a result: the run was refused before it began, or it has not come to its end.
package struct UnfinishedRun: Sendable {
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
        runID: String? = nil,
        scenario: String,
        reason: String,
        exitCode: ExitCode? = nil,
        diagnostics: [JSONValue] = []
    ) {
        (self.runID, self.scenario, self.reason) = (runID, scenario, reason)
        (self.exitCode, self.diagnostics) = (exitCode, diagnostics)
    }

    /// The document `result.json`: the members of a result that are known.
    package var json: JSONValue {
        .object(present: [
            "version": 1, "runId": runID.map { .string($0) } ?? .null, "scenario": .string(scenario),
            "ending": ["kind": .string(exitCode == nil ? "unfinished" : "notBegun"), "reason": .string(reason)],
            "assertions": [
                [
                    "name": .string(Demand.simulationCompleted.name), "verdict": "fail",
                    "observed": .string(observed), "expected": "completed", "detail": .string(reason),
                ]
            ],
            "diagnostics": diagnostics.isEmpty ? nil : .array(diagnostics), "verdict": "fail",
            "exitCode": exitCode.map { .integer($0.rawValue) } ?? .null,
        ])
    }

    /// The document `junit.xml`: one test case with an error.
    package var junit: String {
        let totals = #"tests="1" failures="0" errors="1" skipped="0" time="0""#
        let name = MarkupText.escaped(scenario)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="ringback run" \(totals)>
              <testsuite name="\(name)" \(totals)>
                <testcase classname="ringback.\(name)" name="\(Demand.simulationCompleted.name)" time="0">
                  <error message="observed \(observed), expected completed" type="\(Demand.simulationCompleted.name)">\
            \(MarkupText.escapedBlock(reason))</error>
                </testcase>
              </testsuite>
            </testsuites>

            """
    }

    private var observed: String { exitCode == nil ? "no end" : "no run" }
}
