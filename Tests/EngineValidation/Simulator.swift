internal import DialerEngine

/// Runs the replications of scenarios.
struct Simulator: Sendable {
    /// The replications behind each estimate: enough that Student's distribution is nearly normal.
    static let replications = 32

    /// How many times the usual number of calls.
    var scale = 1.0
    /// The replications at a time; the results do not depend on it.
    var threads = 2

    /// Runs a scenario; its seed is made of its name, so that no person chooses it.
    func run(_ scenario: Scenario) async throws -> [ReplicationResult] {
        let calls = Int(scenario.millions * 1e6 * scale) / Self.replications
        // A shorter run has a shorter warm-up; a longer one does not need a longer.
        var experiment = Experiment(
            scenario.center,
            pacing: scenario.pacing,
            length: .calls(calls),
            seed: Self.seed(of: "\(scenario.model), \(scenario.parameters)")
        )
        experiment.warmUp = scenario.warmUp * min(1, scale)
        experiment.compliance = scenario.compliance
        return try await Replications.run(experiment, count: Self.replications, threads: threads)
    }

    /// Runs an experiment of so many days, each of which starts empty.
    func run(_ experiment: Experiment, days: Int) async throws -> [ReplicationResult] {
        var experiment = experiment
        experiment.length = .shifts(seconds: experiment.shift ?? 0, days: max(1, Int(Double(days) * scale)))
        return try await Replications.run(experiment, count: Self.replications, threads: threads)
    }

    /// Returns a seed that depends on a text alone (the hash function FNV-1a of 32 bits).
    static func seed(of text: String) -> UInt32 {
        text.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
