/// How much of the start of a series to leave out, so that the empty start does not bias its mean.
///
/// The series is averaged in fives, Z₁…Zₘ; the number `d` of averages left out is the least in 0…⌊m/2⌋ that minimizes
/// Σ(Zᵢ − Z̄)²/(m − d)², sum and mean Z̄ over the averages kept. A minimum at the half means that the series is too
/// short. Sources: White, Simulation 69 (1997) 323; Spratt, thesis, University of Virginia (1998).
package struct MSER5: Hashable, Sendable {
    /// What the rule says about a series.
    package enum Advice: Hashable, Sendable {
        /// Leave out this many members from the start, a multiple of five.
        case truncate(count: Int)
        /// The series is too short: the best truncation is half of it, or there are fewer than two averages.
        case lengthenRun
    }

    /// The number of members averaged into one.
    package static let batchSize = 5

    package var advice: Advice
    /// The number `m` of complete averages.
    package var batches: Int
    /// The minimum of the expression; 0 if the series has fewer than five members.
    package var minimum: Double

    /// Applies the rule to a series sampled at equal steps; members after the last complete group of five are not used.
    package init(_ series: [Double]) {
        batches = series.count / Self.batchSize
        let averages = (0..<batches).map { batch in
            series[(batch * Self.batchSize)..<((batch + 1) * Self.batchSize)].reduce(0, +) / Double(Self.batchSize)
        }
        let half = batches / 2
        var kept = WelfordMoments()
        var best = half
        minimum = 0
        for index in averages.indices.reversed() {
            kept.add(averages[index])
            guard index <= half else { continue }
            let value = kept.squaredDeviations / Double(kept.count) / Double(kept.count)
            if index == half || value <= minimum { (best, minimum) = (index, value) }
        }
        advice = best == half ? .lengthenRun : .truncate(count: best * Self.batchSize)
    }
}
