/// A scenario with the warnings about its file, and the file's content for places.
public struct LoadedScenario: Hashable, Sendable {
    /// The scenario.
    public var scenario: Scenario
    /// What is allowed and probably not meant.
    public var warnings: [Diagnostic]
    /// The file as it was written.
    public var document: ScenarioDocument
}

extension LoadedScenario {
    /// The warnings as they are true of a command that runs the engine alone, where `concurrencyLimit` holds nothing back.
    package func warned(by command: String) -> LoadedScenario {
        var loaded = self
        for index in loaded.warnings.indices where loaded.warnings[index].code == .concurrencyBinds {
            loaded.warnings[index].message =
                "`\(command)` does not model concurrencyLimit: lines and pacing decide how many calls are made at once"
        }
        return loaded
    }
}

extension Scenario {
    /// Reads a scenario file; the path `-` is standard input.
    public static func load(path: String, overrides: [Override] = []) throws(ScenarioError) -> LoadedScenario {
        let source = try SourceText.read(path: path)
        return try parse(text: source.text, file: source.file, overrides: overrides)
    }

    /// Reads a scenario from YAML or JSON text.
    ///
    /// - Parameter file: what diagnostics call the text.
    public static func parse(
        text: String,
        file: String,
        overrides: [Override] = []
    ) throws(ScenarioError) -> LoadedScenario {
        let (scenario, warnings, document) = try ScenarioDocument.parse(text, file: file, overrides: overrides) {
            $0.scenario()
        }
        return LoadedScenario(scenario: scenario, warnings: warnings, document: document)
    }
}

extension Scenario.Monitor {
    /// Reads a file that is a list of monitors as in a scenario.
    public static func loadList(
        path: String
    ) throws(ScenarioError) -> (monitors: [Scenario.Monitor], warnings: [Diagnostic]) {
        let source = try SourceText.read(path: path)
        return try parseList(text: source.text, file: source.file)
    }

    /// Reads a text that is a list of monitors as in a scenario.
    public static func parseList(
        text: String,
        file: String
    ) throws(ScenarioError) -> (monitors: [Scenario.Monitor], warnings: [Diagnostic]) {
        let (monitors, warnings, _) = try ScenarioDocument.parse(text, file: file) { $0.monitors() }
        return (monitors, warnings)
    }
}
