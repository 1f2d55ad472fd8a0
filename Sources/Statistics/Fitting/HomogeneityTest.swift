import RealModule

/// A test of whether the rows of a table of counts have the same probabilities: the likelihood-ratio test
/// G = 2 Σ O log(O/E) with (rows − 1)(columns − 1) degrees of freedom, over columns that occur.
///
/// Chi-square is the limit for large counts; with an outcome that is rare in every row it refuses equality too often.
/// So a refusal must be confirmed by tables that are drawn from the common probabilities with the rows' own totals.
/// Source: Wilks, Ann. Math. Statist. 9 (1938) 60; Davison and Hinkley, Bootstrap Methods and their Application (1997).
package struct HomogeneityTest: Hashable, Sendable {
    package var statistic: Double
    package var degreesOfFreedom: Int
    /// By the chi-square distribution.
    package var limitPValue: Double
    /// By drawn tables; nil where the limit does not refuse equality, so that none were drawn.
    package var drawnPValue: Double?

    /// The larger of both.
    package var pValue: Double { max(limitPValue, drawnPValue ?? limitPValue) }

    /// The tables that are drawn at most; drawing ends once so many exceed that p is above the level, at 0.001 twenty.
    private static let mostTables = 19_999

    /// Tests rows of equally many counts; rows and columns without counts are left out.
    package init(_ rows: [[Int]], level: Double = 0.001, seed: UInt64) {
        let columns = (rows.first ?? []).indices.filter { column in rows.contains { $0[column] > 0 } }
        let table = rows.filter { $0.contains { $0 > 0 } }.map { row in columns.map { row[$0] } }
        degreesOfFreedom = max(0, table.count - 1) * max(0, columns.count - 1)
        statistic = Self.statistic(table)
        guard degreesOfFreedom > 0 else {
            limitPValue = 1
            return
        }
        limitPValue = ChiSquareDistribution(degreesOfFreedom: Double(degreesOfFreedom)).survival(statistic)
        if limitPValue <= level { drawnPValue = Self.drawnPValue(table, statistic, level, seed) }
    }

    /// Returns 2 Σ O log(O/E), where E follows from the sums of rows and columns.
    private static func statistic(_ table: [[Int]]) -> Double {
        guard let first = table.first else { return 0 }
        var columns = [Int](repeating: 0, count: first.count)
        var sum = 0.0
        for row in table {
            let total = row.reduce(0, +)
            for (index, count) in row.enumerated() where count > 0 {
                columns[index] += count
                sum += Double(count) * Double.log(Double(count))
            }
            sum -= Double(total) * Double.log(Double(max(total, 1)))
        }
        let all = columns.reduce(0, +)
        for count in columns where count > 0 { sum -= Double(count) * Double.log(Double(count)) }
        sum += Double(all) * Double.log(Double(max(all, 1)))
        return max(0, 2 * sum)
    }

    private static func drawnPValue(_ table: [[Int]], _ observed: Double, _ level: Double, _ seed: UInt64) -> Double {
        var generator = SplitMix64(seed: seed)
        let columns = (table.first ?? []).indices.map { column in table.reduce(0) { $0 + $1[column] } }
        let all = Double(columns.reduce(0, +))
        let probabilities = columns.map { Double($0) / all }
        let rows = table.map { MultinomialDistribution(trials: $0.reduce(0, +), probabilities: probabilities) }
        var drawn = table
        var exceeding = 0
        var tables = 0
        // Behind this many exceedances the p-value is above the level whatever follows.
        let enough = Int(level * Double(mostTables + 1))
        while tables < mostTables, exceeding < enough {
            for (index, row) in rows.enumerated() { row.draw(into: &drawn[index], probabilities, &generator) }
            tables += 1
            if statistic(drawn) >= observed * (1 - 1e-12) { exceeding += 1 }
        }
        return exceeding < enough ? Double(1 + exceeding) / Double(1 + tables) : Double(exceeding) / Double(tables)
    }
}

/// Neighbouring hours of the clock taken together.
package struct HourGroup: Hashable, Sendable {
    /// The first hour of the clock, 0…23.
    package var from: Int
    /// How many hours follow each other, over midnight too.
    package var hours: Int
    /// The counts of all of them.
    package var counts: [Int]

    /// Unites neighbouring hours, in the order of a day that begins with an hour, until each group has `least` counts.
    ///
    /// Hours at the end that have too few join the group before them. Hours without counts at either end stay out.
    package static func groups(_ table: [[Int]], startingAt start: Int, least: Int = 100) -> [HourGroup] {
        let order = table.indices.map { (start + $0) % table.count }
        guard let first = order.firstIndex(where: { table[$0].contains { $0 > 0 } }),
            let last = order.lastIndex(where: { table[$0].contains { $0 > 0 } })
        else { return [] }
        var groups: [HourGroup] = []
        var isOpen = false
        for place in first...last {
            let counts = table[order[place]]
            if isOpen, let index = groups.indices.last {
                groups[index].add(counts)
            } else {
                groups.append(HourGroup(from: order[place], hours: 1, counts: counts))
            }
            isOpen = (groups.last?.total ?? 0) < least
        }
        if isOpen, groups.count > 1 {
            let short = groups.removeLast()
            groups[groups.count - 1].add(short.counts, hours: short.hours)
        }
        return groups
    }

    /// All counts of the group.
    package var total: Int { counts.reduce(0, +) }

    private mutating func add(_ more: [Int], hours added: Int = 1) {
        counts = zip(counts, more).map { $0 + $1 }
        hours += added
    }
}
