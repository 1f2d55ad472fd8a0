import RealModule

/// The probabilities of each number of failures among independent windows, without what has been decided on the way.
///
/// It goes from one look to the next by the binomial distribution of the failures between them, so its cost does not grow with
/// the number of windows.
struct FailureDistribution {
    /// The probability that a window fails.
    private let failure: Double
    /// The probabilities of 0, 1, … failures, nothing having been decided.
    private var open: [Double]
    /// The probability of more failures than `open` holds.
    private var more = 0.0
    private var windows = 0

    /// Starts before the first window.
    ///
    /// - Parameter most: The largest number of failures that is told apart from larger ones.
    init(failure: Double, most: Int) {
        self.failure = failure
        open = [Double](repeating: 0, count: most + 1)
        open[0] = 1
    }

    /// Adds windows up to a total of `count`, which is no less than the present total (a precondition).
    mutating func goOn(to count: Int) {
        precondition(count >= windows, "looks are ordered by number of windows")
        // Among more windows at once, the probability of no failure would be too small for a floating-point number.
        let mostAtOnce = failure < 1 ? max(1, Int(min(1e9, -600 / Double.log(onePlus: -failure)))) : 1
        while windows < count {
            let added = min(count - windows, mostAtOnce)
            let chances = binomial(added)
            let total = open.reduce(more, +)
            for failures in open.indices.reversed() {
                var chance = 0.0
                for newOnes in 0...min(failures, chances.count - 1) {
                    chance += open[failures - newOnes] * chances[newOnes]
                }
                open[failures] = chance
            }
            more = max(0, total - open.reduce(0, +))
            windows += added
        }
    }

    /// Takes out what a look decides with at most this number of failures, and returns its probability.
    mutating func takeUp(to failures: Int) -> Double {
        var taken = 0.0
        for count in 0...min(failures, open.count - 1) { taken += take(count) }
        return taken
    }

    /// Takes out what a look decides with at least this number of failures, and returns its probability.
    mutating func takeFrom(_ failures: Int) -> Double {
        var taken = more
        more = 0
        for count in open.indices.dropFirst(failures) { taken += take(count) }
        return taken
    }

    private mutating func take(_ failures: Int) -> Double {
        defer { open[failures] = 0 }
        return open[failures]
    }

    /// The binomial probabilities of 0, 1, … failures among `count` windows, up to the largest number that `open` tells apart.
    private func binomial(_ count: Int) -> [Double] {
        // Windows that always fail are added one by one.
        if failure >= 1 { return [0, 1] }
        var chances = [Double.exp(Double(count) * Double.log(onePlus: -failure))]
        let odds = failure / (1 - failure)
        for failures in 1...max(1, min(count, open.count - 1)) {
            chances.append(chances[failures - 1] * Double(count - failures + 1) / Double(failures) * odds)
        }
        return chances
    }
}
