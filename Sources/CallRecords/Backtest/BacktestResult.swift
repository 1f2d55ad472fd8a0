package import DialerEngine
package import RunReport
import ScenarioFile
import Statistics

/// How the days of the records lie in what the scenario expects, and the verdict on it.
package struct BacktestResult: Hashable, Sendable {
    /// A quantity of a day: what the records show, and what the scenario expects.
    package struct DayComparison: Hashable, Sendable {
        package var observed: Double
        package var predicted: PredictionInterval

        package init(observed: Double, predicted: PredictionInterval) {
            (self.observed, self.predicted) = (observed, predicted)
        }

        package var isInside: Bool { predicted.contains(observed) }
    }

    package struct JudgedDay: Hashable, Sendable {
        package var date: CalendarDate
        /// Whether the records begin or end inside the day; such a day is not judged.
        package var isPartial: Bool
        package var quantities: [DayQuantity: DayComparison]

        package init(date: CalendarDate, isPartial: Bool, quantities: [DayQuantity: DayComparison]) {
            (self.date, self.isPartial, self.quantities) = (date, isPartial, quantities)
        }
    }

    /// The judgement on one quantity over all judged days.
    package struct QuantityFinding: Hashable, Sendable {
        package let quantity: DayQuantity
        package let days: Int
        package let outside: Int

        package init(_ quantity: DayQuantity, days: Int, outside: Int) {
            (self.quantity, self.days, self.outside) = (quantity, days, outside)
        }

        /// The share of the days inside.
        package var coverage: Double { 1 - Double(outside) / Double(days) }
        /// The probability of this number of days outside, or of more, where one day in twenty lies outside.
        package var probability: Double { RareCount(trials: days).probability(ofAtLeast: outside) }

        /// Whether the days are enough for a verdict.
        package var isDecided: Bool { days >= fewestDays }

        /// Fail below 1 in 1,000; pass up to one day, or up to one in ten; else, and with too few days, inconclusive.
        package var verdict: Verdict {
            guard isDecided else { return .inconclusive }
            if RareCount(trials: days).isBelow(oneIn: 1000, atLeast: outside) { return .fail }
            return outside <= 1 || 10 * outside <= days ? .pass : .inconclusive
        }
    }

    /// The fewest days by which a quantity can be judged.
    package static let fewestDays = 5

    package let scenario: String
    package let seed: UInt32
    package let replications: Int
    package let days: [JudgedDay]
    /// What a reader should know besides.
    package var notes: [String]

    package init(scenario: String, seed: UInt32, replications: Int, days: [JudgedDay], notes: [String] = []) {
        (self.scenario, self.seed, self.replications) = (scenario, seed, replications)
        (self.days, self.notes) = (days, notes)
    }

    /// Compares the days of the records with simulated ones.
    ///
    /// - Parameter draws: What ``BacktestPlan/run(threads:progress:)`` gives.
    package init(_ observed: [ObservedDay], _ draws: [[BacktestPlan.Draw]], of plan: BacktestPlan, notes: [String] = [])
    {
        let days = observed.enumerated().map { index, day in
            var quantities: [DayQuantity: DayComparison] = [:]
            for (place, quantity) in DayQuantity.allCases.enumerated() {
                guard let value = day.values[quantity] else { continue }
                let values = draws.compactMap { index < $0.count ? $0[index][place] : nil }
                guard let predicted = PredictionInterval(values) else { continue }
                quantities[quantity] = DayComparison(observed: value, predicted: predicted)
            }
            return JudgedDay(date: day.date, isPartial: day.isPartial, quantities: quantities)
        }
        self.init(
            scenario: plan.scenario.name,
            seed: plan.experiment.seed,
            replications: plan.replications,
            days: days,
            notes: notes
        )
    }

    package var judgedDays: [JudgedDay] { days.filter { !$0.isPartial } }

    /// The quantities that the records have on at least one judged day.
    package var findings: [QuantityFinding] {
        DayQuantity.allCases.compactMap { quantity in
            let comparisons = judgedDays.compactMap { $0.quantities[quantity] }
            guard !comparisons.isEmpty else { return nil }
            return QuantityFinding(quantity, days: comparisons.count, outside: comparisons.count { !$0.isInside })
        }
    }

    package var verdict: Verdict {
        let findings = findings
        return findings.isEmpty ? .inconclusive : .worst(of: findings.map(\.verdict))
    }

    package var exitCode: ExitCode {
        switch verdict {
        case .pass: .pass
        case .fail: .assertionFailed
        case .inconclusive: .inconclusive
        }
    }
}
