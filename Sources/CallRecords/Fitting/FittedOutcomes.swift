import DialerEngine
package import Statistics

/// The probabilities of the outcomes, with intervals, and whether they differ from hour to hour.
package struct FittedOutcomes: Sendable {
    /// How often an outcome was seen.
    package struct Share: Hashable, Sendable {
        package var count: Int
        package var attempts: Int
        /// Wilson's interval.
        package var interval: ConfidenceInterval

        package init(_ count: Int, of attempts: Int) {
            (self.count, self.attempts) = (count, attempts)
            interval = ProportionInterval.wilson(successes: count, trials: attempts)
        }

        package var probability: Double { attempts == 0 ? 0 : Double(count) / Double(attempts) }
    }

    /// Hours of the clock with their own probabilities.
    package struct Hours: Hashable, Sendable {
        /// The first hour of the clock, and how many there are.
        package var group: HourGroup
        /// When they begin, in seconds since the start of the shift.
        package var from: Double

        package var counts: [Int] { group.counts }
    }

    /// Of all attempts, in the order of ``AttemptOutcome/allCases``.
    package var shares: [Share]
    /// Of all attempts.
    package var abandoned: Share
    /// Neighbouring hours of at least 100 calls, in the order of the working day.
    package var hours: [Hours]
    /// The test whether the hours differ.
    package var test: HomogeneityTest

    /// The p-value up to which hours have probabilities of their own.
    package static let level = 0.001

    package init(_ summary: CallSummary, shift: FittedShift, seed: UInt64) {
        let attempts = summary.attempts
        shares = AttemptOutcome.allCases.map { Share(summary.outcomes[$0] ?? 0, of: attempts) }
        abandoned = Share(summary.abandoned, of: attempts)
        let table = summary.hours.map { hour in AttemptOutcome.allCases.map { hour[$0] ?? 0 } }
        let firstHour = Int(summary.startOfDay / 3600) % 24
        let groups = HourGroup.groups(table, startingAt: firstHour)
        hours = groups.map { group in
            // In the order of the working day, which may begin in the evening and go on behind midnight.
            let sinceFirstHour = Double((group.from - firstHour + 24) % 24) * 3600
            let sinceDay = sinceFirstHour - summary.startOfDay.truncatingRemainder(dividingBy: 3600)
            return Hours(group: group, from: max(0, sinceDay - shift.begin))
        }
        test = HomogeneityTest(groups.map(\.counts), level: Self.level, seed: seed)
    }

    /// Whether a schedule gives the hours their own probabilities.
    package var differByHour: Bool { hours.count > 1 && test.pValue <= Self.level }

    /// Counts as decimal probabilities of six places that sum to exactly 1, in the same order.
    ///
    /// The largest remainders are rounded up; an outcome that was not seen stays 0.
    package static func decimals(_ counts: [Int]) -> [Int] {
        let total = counts.reduce(0, +)
        guard total > 0 else { return counts.map { _ in 0 } }
        let million = 1_000_000
        var units = counts.map { Int(Int128($0) * Int128(million) / Int128(total)) }
        let remainders = counts.map { Int(Int128($0) * Int128(million) % Int128(total)) }
        let order = counts.indices.sorted { (remainders[$0], $1) > (remainders[$1], $0) }
        for index in order.prefix(million - units.reduce(0, +)) { units[index] += 1 }
        return units
    }
}
