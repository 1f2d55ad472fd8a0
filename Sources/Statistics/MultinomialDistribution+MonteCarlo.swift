extension MultinomialDistribution {
    /// Returns the estimate (1 + m)/(1 + N), where m of N random tables are at most as probable as the given one.
    ///
    /// The estimate is itself a valid p-value: Davison and Hinkley, Bootstrap Methods and their Application (1997),
    /// 4.2.
    func monteCarloPValue(of counts: [Int], tables: Int, seed: UInt64) -> Double {
        var generator = SplitMix64(seed: seed)
        // The rarest first, so that the binomial numbers have small standard deviations.
        let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
        let ordered = order.map { probabilities[$0] }
        let logProbabilities = ordered.map { ElementaryFunctions.logarithm($0) }
        let threshold = logKernel(of: order.map { counts[$0] }, logProbabilities) + Self.tieTolerance
        var table = [Int](repeating: 0, count: ordered.count)
        var extreme = 0
        for _ in 0..<tables {
            draw(into: &table, ordered, &generator)
            if logKernel(of: table, logProbabilities) <= threshold { extreme += 1 }
        }
        return Double(1 + extreme) / Double(1 + tables)
    }

    /// Draws a table by conditional binomial numbers, for categories in any order.
    func draw(into table: inout [Int], _ probabilities: [Double], _ generator: inout SplitMix64) {
        var remaining = trials
        var rest = 1.0
        for category in table.indices.dropLast() {
            let probability = probabilities[category]
            let count = binomial(remaining, min(1, probability / rest), &generator)
            table[category] = count
            remaining -= count
            rest -= probability
        }
        if let last = table.indices.last { table[last] = remaining }
    }

    /// Returns a binomial number for at most `trials` trials.
    ///
    /// Inversion outward from the mode, in expected time proportional to the standard deviation: Kemp, Commun. Statist.
    /// Theory Methods 15 (1986) 805.
    private func binomial(_ count: Int, _ probability: Double, _ generator: inout SplitMix64) -> Int {
        if count == 0 || probability <= 0 { return 0 }
        if probability >= 1 { return count }
        let mode = min(count, Int(Double(count + 1) * probability))
        let logMode =
            logFactorial(count) - logFactorial(mode) - logFactorial(count - mode)
            + Double(mode) * ElementaryFunctions.logarithm(probability)
            + Double(count - mode) * ElementaryFunctions.logarithmOfOnePlus(-probability)
        let odds = probability / (1 - probability)
        var (below, above) = (mode, mode)
        var belowMass = ElementaryFunctions.exponential(logMode)
        var aboveMass = belowMass
        var left = generator.uniform() - belowMass
        while left >= 0 {
            if above < count {
                above += 1
                aboveMass *= odds * Double(count - above + 1) / Double(above)
                left -= aboveMass
                if left < 0 { return above }
            } else {
                aboveMass = 0
            }
            if below > 0 {
                belowMass *= Double(below) / (odds * Double(count - below + 1))
                below -= 1
                left -= belowMass
            } else {
                belowMass = 0
            }
            if left < 0 { return below }
            // Only rounding is left.
            if aboveMass + belowMass < 1e-25 { return mode }
        }
        return mode
    }
}
