package import DialerEngine
package import ScenarioFile

/// The scenario as it is simulated for a back-test: as many days with a shift as the records have.
///
/// Recorded day i is the i-th day on which the scenario works, whatever their dates are. Every such day is simulated in every replication, so that each has predictions of its own,
/// and a list lasts over them as it does in the scenario. Metrics have no warm-up, since records have none, and `run.days` and a limit on the calls of the whole run do not act.
package struct BacktestPlan: Sendable {
    /// The fewest replications, and the usual number.
    package static let fewestReplications = 400

    /// What is missing in a scenario.
    package enum Obstacle: Error, Hashable, Sendable {
        case noContactCenter
        /// Dialling ends after a number of calls.
        case noShift
        /// The records have more days than a run may have.
        case tooManyDays
    }

    /// One simulated day; nil where it has no such value.
    package typealias Draw = [Double?]

    package let scenario: Scenario
    package let experiment: Experiment
    package let days: Int
    package let replications: Int

    /// - Parameters:
    ///   - days: The days of the records, at least one.
    ///   - replications: At least ``fewestReplications``.
    package init(
        _ scenario: Scenario,
        days: Int,
        replications: Int = fewestReplications,
        seed: UInt32
    ) throws(Obstacle) {
        guard var experiment = scenario.experiment(seed: seed) else { throw .noContactCenter }
        guard let shift = experiment.shift else { throw .noShift }
        guard let last = Self.lastDay(of: days, experiment.calendar) else { throw .tooManyDays }
        experiment.length = .shifts(seconds: shift, days: last + 1)
        experiment.callLimit = nil
        experiment.warmUp = 0
        experiment.compliance = []
        experiment.gauges = []
        experiment.courseInterval = nil
        experiment.sampling = .batches(days)
        (self.scenario, self.experiment, self.days) = (scenario, experiment, days)
        self.replications = replications
    }

    /// The day on which the last of this number of shifts lies, counted from the first day.
    private static func lastDay(of days: Int, _ calendar: CampaignCalendar) -> Int? {
        var left = days
        for day in 0..<Experiment.dayBounds.upperBound where calendar.isWorkday(day) {
            left -= 1
            if left == 0 { return day }
        }
        return nil
    }

    /// Simulates; gives for each replication its days, and for each of these the values in the order of ``DayQuantity``.
    ///
    /// - Parameters:
    ///   - threads: How many replications at a time; the result does not depend on it.
    ///   - progress: Told the number of replications that are done.
    package func run(
        threads: Int,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> [[Draw]] {
        try await Replications.run(
            experiment,
            numbers: 0..<UInt32(replications),
            threads: threads,
            progress: progress,
            summarize: { [days] result in
                let measures = days == 1 ? [result.measures] : result.samples
                return measures.map { day in DayQuantity.allCases.map { $0.value(of: day) } }
            }
        )
    }
}
