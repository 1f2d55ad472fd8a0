import ArgumentParser
import ExactJSON
import RunReport
import ScenarioFile

/// `ringback validate`: every problem of every file.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check scenario files: every problem of every file, with its place. Sends nothing.",
        discussion: """
            Problems are printed as compilers print them, so editors can jump there:
            path:line:column: error: message [code]

            Examples:
              ringback validate scenario.yaml
              ringback validate scenarios/*.yaml
              ringback validate scenario.yaml --set simulation.maxCalls=200
              ringback validate scenario.yaml --json | jq '.files[].diagnostics[].code'
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(name: .customLong("set"), help: ArgumentHelp("Override one field.", valueName: "path=value"))
    var overrides: [OverrideArgument] = []

    @Argument(
        help: ArgumentHelp("The scenario files; - is standard input.", valueName: "scenario"),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var scenarios: [String]

    func run() async throws {
        let files = scenarios.map { path in Checked(path: path, overrides: overrides) }
        if common.json {
            let document: JSONValue = [
                "version": 1, "valid": .bool(files.allSatisfy(\.isValid)), "files": .array(files.map(\.json)),
            ]
            Console.output(document.prettyText)
        } else {
            for file in files {
                for diagnostic in file.diagnostics { Console.output("\(diagnostic)") }
                if file.isValid, !common.quiet { Console.output("\(file.path): valid") }
            }
        }
        guard files.allSatisfy(\.isValid) else { throw CommandFailure(code: .usage) }
    }

    /// One file and what was found in it.
    private struct Checked {
        let path: String
        let isValid: Bool
        let diagnostics: [Diagnostic]

        init(path: String, overrides: [OverrideArgument]) {
            self.path = path
            do {
                diagnostics = try ScenarioLoading.load(path, overrides).warnings
                isValid = true
            } catch {
                diagnostics = error.diagnostics
                isValid = false
            }
        }

        var json: JSONValue {
            ["path": .string(path), "valid": .bool(isValid), "diagnostics": .array(diagnostics.map(\.json))]
        }
    }
}

/// Loads a scenario with the overrides of the command line.
enum ScenarioLoading {
    static func load(_ path: String, _ overrides: [OverrideArgument]) throws(ScenarioError) -> LoadedScenario {
        var parsed: [Override] = []
        for override in overrides { parsed.append(try Override(parsing: override.text)) }
        return try Scenario.load(path: path, overrides: parsed)
    }

    /// Tells why a scenario was refused: diagnostics on standard error, and the one document where it is wanted.
    static func tell(_ error: ScenarioError, of path: String, asJSON: Bool) {
        if asJSON {
            let document: JSONValue = [
                "version": 1, "scenario": .string(path), "verdict": "fail",
                "exitCode": .integer(RunReport.ExitCode.usage.rawValue),
                "diagnostics": .array(error.diagnostics.map(\.json)),
            ]
            Console.output(document.prettyText)
        }
        for diagnostic in error.diagnostics { Console.error("\(diagnostic)") }
    }
}

/// Loads a file of faults; its problems go to standard error.
enum FaultLoading {
    static func load(_ path: String) throws -> FaultPlan {
        do {
            return try FaultPlan.load(path: path)
        } catch {
            for diagnostic in error.diagnostics { Console.error("\(diagnostic)") }
            throw CommandFailure(code: .usage)
        }
    }
}
