extension Finding {
    /// Judges the settings: which are there, where each comes from, and what is wrong with them.
    static func configuration(_ setup: DoctorSetup) -> Finding {
        let name = "configuration"
        let notes = setup.settings.map { "\($0.name): \($0.value) (\($0.source))" } + setup.assumptions
        guard setup.problems.isEmpty else {
            return .failure(
                name,
                .configuration,
                setup.problems.joined(separator: "\n"),
                "Set what is missing in the environment, or in a file for --profile; docs/TARGETS.md shows one."
            ).with(notes)
        }
        guard setup.oddities.isEmpty else {
            return .warning(name, setup.oddities.joined(separator: "\n"), "Look whether that is meant.").with(notes)
        }
        if case .embeddedSandbox? = setup.target {
            return .ok(name, "the embedded sandbox needs no variables; profile \(setup.profileName)").with(notes)
        }
        let sources = setup.settings.map { "\($0.name) from \($0.source)" }
        return .ok(name, sources.joined(separator: ", ")).with(notes)
    }
}
