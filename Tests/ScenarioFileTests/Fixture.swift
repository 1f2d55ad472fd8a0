import ScenarioFile

/// Texts and short cuts that the suites share.
enum Fixture {
    /// A valid scenario of 15 lines; what is added begins in line 16.
    static let base = """
        version: 1
        name: base
        simulation:
          campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
          virtualAgentMatrix: {flowId: f, scriptId: s, language: en-US}
          outcomeInjection:
            enabled: true
            dialToneProbability: 0.15
            busySignalProbability: 0.20
            noAnswerProbability: 0.25
            answerProbability: 0.40
          concurrencyLimit: 5
          maxCalls: 50
          complianceBypass: true
          tag: t

        """

    /// A contact centre that fits the base's concurrency limit; it begins in line 16 and ends in line 20.
    static let center = """
        contactCenter:
          agents: 2
          ringing: {default: {exponential: {mean: 15s}}}
          talk: {constant: 60s}
          patience: {constant: 0}

        """

    /// The scenario of the base and what is added to it.
    static func load(_ addition: String = "", overrides: [String] = []) throws -> LoadedScenario {
        try Scenario.parse(
            text: base + addition,
            file: "s.yaml",
            overrides: overrides.map { try Override(parsing: $0) }
        )
    }

    /// Every diagnostic of a text, one a line.
    static func problems(of text: String, overrides: [String] = []) -> [String] {
        do {
            let loaded = try Scenario.parse(
                text: text,
                file: "s.yaml",
                overrides: overrides.map { try Override(parsing: $0) }
            )
            return loaded.warnings.map(\.description)
        } catch let error as ScenarioError {
            return error.diagnostics.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    /// Every diagnostic of the base and what is added to it.
    static func problems(adding addition: String, overrides: [String] = []) -> [String] {
        problems(of: base + addition, overrides: overrides)
    }
}
