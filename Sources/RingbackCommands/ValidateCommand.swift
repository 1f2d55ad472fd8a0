import ArgumentParser
import ExactJSON
import RingbackHome
import RunReport
import ScenarioFile

/// `ringback validate`: every problem of every file.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check scenario files: every problem of every file, with its place. Sends nothing.",
        discussion: """
            Problems are printed as compilers print them, so an editor can jump there:
            path:line:column: error: message [code]

            Examples:
              ringback validate scenario.yaml
              ringback validate scenarios/*.yaml
              ringback validate scenario.yaml --set simulation.maxCalls=200
              ringback validate scenario.yaml --json | jq '.files[].diagnostics[].code'
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var fields: OverrideOptions

    @Argument(help: .value("scenario", "The scenario files; - is standard input."), completion: .yaml)
    var scenarios: [String]

    func run() async throws {
        let files = scenarios.map { CheckedFile($0, fields) }
        let areValid = files.allSatisfy(\.isValid)
        if common.json {
            Console.output(["version": 1, "valid": .bool(areValid), "files": .array(files.map(\.json))])
        } else {
            for file in files {
                for diagnostic in file.diagnostics { Console.output("\(diagnostic)") }
                if file.isValid, !common.quiet { Console.output("\(file.path): valid") }
            }
        }
        guard areValid else { throw CommandFailure(code: .usage) }
    }

    /// One file and the problems found in it.
    private struct CheckedFile {
        let path: String
        let isValid: Bool
        let diagnostics: [Diagnostic]

        init(_ path: String, _ fields: OverrideOptions) {
            self.path = path
            do {
                diagnostics = try ScenarioLoading.load(path, fields).warnings
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

/// Reads the files that a command line names.
enum ScenarioLoading {
    /// Loads a scenario with the overrides of the command line.
    static func load(_ path: String, _ fields: OverrideOptions) throws(ScenarioError) -> LoadedScenario {
        var overrides: [Override] = []
        for text in fields.overrides { overrides.append(try Override(parsing: text)) }
        return try Scenario.load(path: path, overrides: overrides)
    }

    /// Loads a file of faults, and prints its problems.
    static func faults(_ path: String) throws -> FaultPlan {
        do { return try FaultPlan.load(path: path) } catch { throw CommandFailure.printing(error.diagnostics) }
    }

    /// Prints why a scenario was refused: to standard error, and with `--json` as the document too.
    static func failure(_ error: ScenarioError, of path: String, _ common: CommonOptions) -> CommandFailure {
        if common.json {
            Console.output([
                "version": 1, "scenario": .string(path), "verdict": "fail",
                "exitCode": .integer(RunReport.ExitCode.usage.rawValue),
                "diagnostics": .array(error.diagnostics.map(\.json)),
            ])
        }
        return CommandFailure.printing(error.diagnostics)
    }
}

/// `ringback init`: a commented starter scenario.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a commented starter scenario. Sends nothing.",
        discussion: """
            Examples:
              ringback init                  writes ./scenario.yaml
              ringback init tests/dialer     writes tests/dialer/scenario.yaml
              ringback init --force          replaces an existing file
              ringback init --full           with every part that there is
              ringback init --preset mass-break

            Presets, each of which shows one thing:
            \(ScenarioPreset.allCases.map(InitCommand.line).joined(separator: "\n"))
            """
    )

    private static func line(_ preset: ScenarioPreset) -> String {
        let name = preset.rawValue + String(repeating: " ", count: max(0, 16 - preset.rawValue.count))
        return "  \(name)  \(preset.summary)"
    }

    @OptionGroup var common: CommonOptions

    @Flag(help: "Replace an existing file.")
    var force = false

    @Flag(help: "Write a scenario with every part that there is.")
    var full = false

    @Option(
        help: .value("name", "Write a preset; the list is above."),
        completion: .list(ScenarioPreset.allCases.map(\.rawValue))
    )
    var preset: ScenarioPreset?

    @Argument(help: .value("dir", "The folder to write to."), completion: .directory)
    var directory = "."

    func validate() throws {
        if full, preset != nil { throw ValidationError("--full and --preset write two scenarios; choose one") }
    }

    func run() async throws {
        let path = directory == "." ? "scenario.yaml" : "\(directory)/scenario.yaml"
        try await CommandFailure.catching {
            try FileSystem.makeNamedDirectory(directory)
            if !force, try FileSystem.names(in: directory).contains("scenario.yaml") {
                throw CommandFailure.usage("\(path) exists already; --force replaces it")
            }
            let text = preset?.text ?? (full ? Scenario.full : Scenario.starter)
            try FileSystem.writeNamed(path, Array(text.utf8))
        }
        if common.json {
            Console.output(["version": 1, "path": .string(path)])
        } else if !common.quiet {
            let next = preset == nil ? "run" : "simulate"
            Console.output("wrote \(path)\nnext: ringback \(next) \(path)")
        }
    }
}
