import RealModule

/// Counts of durations by cells, which is all that a likelihood of rounded values needs.
///
/// A value v on a grid of width g stands for the cell [v − g/2, v + g/2), not below 0. A time that is only known to be
/// longer than a value (the wait of a call that was connected) is *censored* at the value as written.
struct CellCounts {
    /// A range between two edges that holds values.
    struct CountedCell {
        var lower: Int
        /// The place of the upper edge; nil for everything above the lower one.
        var upper: Int?
        var count: Double
    }

    /// Times that are known to be beyond an edge.
    struct Censored {
        var edge: Int
        var count: Double
    }

    /// The limits of all cells and the censoring times, in seconds, ascending, not negative.
    var edges: [Double]
    /// The cells with values, ascending.
    var cells: [CountedCell]
    var censored: [Censored] = []
    /// The largest shift, in seconds, at which every value is possible; a shift is below it.
    var shiftLimit: Double

    /// Counts a sample by its own cells, or by wider ones where it has many distinct values.
    ///
    /// With a limit, neighbouring cells are united until about `most` are left; the `ends` cells at either end stay as
    /// they are, because the smallest values say what the shift is.
    init(_ sample: RoundedSample, censored: RoundedSample? = nil, most: Int = .max, ends: Int = 50) {
        let blocks = sample.blocks(most: most, ends: ends)
        let half = sample.grid.width / 2
        func below(_ ticks: Int) -> Double { Double(max(0, 2 * ticks - 1)) * half }
        func above(_ ticks: Int) -> Double { Double(2 * ticks + 1) * half }
        var limits: [Double] = []
        for block in blocks { limits += [below(block.first), above(block.last)] }
        let times = censored?.blocks(most: most, ends: ends) ?? []
        let unit = censored?.grid.width ?? 1
        let censoringTimes = times.map { Double($0.total) / Double($0.count) * unit }
        limits += censoringTimes
        limits.sort()
        edges = []
        for limit in limits where edges.last != limit { edges.append(limit) }
        cells = []
        self.censored = []
        shiftLimit = sample.smallest + half
        var places = EdgePlaces(edges)
        for block in blocks {
            let (lower, upper) = (places.next(below(block.first)), places.next(above(block.last)))
            cells.append(CountedCell(lower: lower, upper: upper, count: Double(block.count)))
        }
        places = EdgePlaces(edges)
        for (block, time) in zip(times, censoringTimes) where time > 0 {
            self.censored.append(Censored(edge: places.next(time), count: Double(block.count)))
        }
    }

    /// Creates counts of the ranges between edges in seconds; the last is everything above the last edge.
    init(edges: [Double], counts: [Int], shiftLimit: Double) {
        self.edges = edges
        self.shiftLimit = shiftLimit
        cells = counts.indices.compactMap { index in
            counts[index] == 0
                ? nil
                : CountedCell(
                    lower: index,
                    upper: index + 1 < edges.count ? index + 1 : nil,
                    count: Double(counts[index])
                )
        }
    }

    /// Finds ascending values in a list of edges.
    private struct EdgePlaces {
        private let edges: [Double]
        private var place = 0

        init(_ edges: [Double]) { self.edges = edges }

        mutating func next(_ value: Double) -> Int {
            while place > 0, edges[place] > value { place -= 1 }
            while edges[place] < value { place += 1 }
            return place
        }
    }
}

extension RoundedSample {
    /// Neighbouring distinct values taken together.
    struct CellBlock {
        /// The smallest and the largest value in units of the grid.
        var first: Int
        var last: Int
        var count: Int
        /// The sum of the values in units of the grid.
        var total: Int
    }

    /// Returns the distinct values, united to about `most` blocks of similar counts if there are more.
    func blocks(most: Int, ends: Int) -> [CellBlock] {
        let isFine = entries.count <= most
        let target = max(1, heldCount / max(1, most - 2 * ends))
        var blocks: [CellBlock] = []
        for (index, entry) in entries.enumerated() {
            let isEnd = index < ends || index >= entries.count - ends
            if !isFine, !isEnd, index > ends, let last = blocks.indices.last, blocks[last].count + entry.count <= target
            {
                blocks[last].last = entry.ticks
                blocks[last].count += entry.count
                blocks[last].total += entry.ticks * entry.count
            } else {
                let total = entry.ticks * entry.count
                blocks.append(CellBlock(first: entry.ticks, last: entry.ticks, count: entry.count, total: total))
            }
        }
        return blocks
    }
}
