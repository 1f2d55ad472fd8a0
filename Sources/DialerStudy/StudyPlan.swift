package import DialerEngine
package import ScenarioFile
import Statistics

/// What is simulated, and how often.
package struct StudyPlan: Sendable {
    package let scenario: Scenario
    /// One replication of it; a warm-up of `auto` is 0 until ``findWarmUp()`` has found it.
    package private(set) var experiment: Experiment
    package let replications: Int
    /// What a reader should know of how it was planned.
    package private(set) var notes: [String] = []

    /// The seconds between the rows of a day's course, for a report that does not say otherwise.
    package static let usualCourseInterval = 1800.0

    /// The batches into which a single replication is cut for its intervals.
    ///
    /// Source: Schmeiser, Operations Research 30 (1982) 556: 10 to 30 suffice.
    static let batches = 20
    /// The number of the pilot replication, outside the range that is used for results.
    private static let pilot = UInt32.max
    private static let pilotSamples = 4000.0
    private static let mostPilotCalls = 200_000

    /// Plans the study of a scenario; `nil` without a contact centre.
    ///
    /// - Parameters:
    ///   - seed: Every random number follows from it.
    ///   - replications: How often to repeat; `nil` is what the scenario says.
    ///   - courseInterval: The seconds between the rows of a day's course; nil without one, as for a run without shifts.
    package init?(
        _ scenario: Scenario,
        seed: UInt32,
        replications: Int? = nil,
        courseInterval: Double? = nil
    ) {
        guard let experiment = scenario.experiment(seed: seed) else { return nil }
        self.scenario = scenario
        self.replications = replications ?? scenario.runPlan.replications
        self.experiment = experiment
        self.experiment.gauges = Gauge.allCases
        self.experiment.courseInterval = experiment.shift == nil ? nil : courseInterval
        if self.replications == 1 { self.experiment.sampling = .batches(Self.batches) }
    }

    /// Whether the warm-up has to be found first.
    package var wantsWarmUp: Bool { scenario.runPlan.warmUp == .auto }

    /// Finds a warm-up of `auto`: a pilot replication, its occupancy in short spans, and the rule MSER-5 on it.
    package mutating func findWarmUp() throws(SimulationError) {
        guard wantsWarmUp else { return }
        var pilot = experiment
        pilot.warmUp = 0
        var seconds = 15.0
        switch pilot.length {
        case .calls(let count): pilot.length = .calls(min(count, Self.mostPilotCalls))
        case .shifts(let shift, _):
            pilot.length = .shifts(seconds: shift, days: 1)
            seconds = min(60, max(1, shift / Self.pilotSamples))
        }
        pilot.sampling = .every(seconds: seconds)
        let result = try Replication.run(pilot, number: Self.pilot)
        let series = result.samples.filter { $0.agentSeconds > 0 }.map(\.occupancy)
        switch MSER5(series).advice {
        case .truncate(let count):
            experiment.warmUp = Double(count) * seconds
        case .lengthenRun:
            experiment.warmUp = Double(series.count / 2) * seconds
            notes.append(
                "warm-up: the run is too short for MSER-5 to tell where it ends; half of a pilot is left out. "
                    + "Simulate longer, or write warmUp"
            )
        }
    }

    package func with(_ pacing: Pacing) -> StudyPlan {
        var plan = self
        plan.experiment.pacing = pacing
        return plan
    }

    /// Runs all replications.
    ///
    /// - Parameters:
    ///   - threads: How many at a time; the result does not depend on it.
    ///   - progress: Told the number of replications that are done.
    package func run(
        threads: Int,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> [ReplicationSummary] {
        try await Replications.run(
            experiment,
            numbers: 0..<UInt32(replications),
            threads: threads,
            progress: progress,
            summarize: { ReplicationSummary($0) }
        )
    }
}
