/// Durations as somebody wrote them down: rounded to a grid, each distinct value once with its count.
///
/// A likelihood is a sum over distinct values, so two million values in whole seconds cost no more than a few hundred.
/// Count, mean and standard deviation are those of all values that were seen; the distinct values may be those of a
/// random sample of them, a *reservoir*.
package struct RoundedSample: Hashable, Sendable {
    /// The distance of neighbouring values that can be written down.
    package enum Grid: Int, CaseIterable, Comparable, Sendable {
        case millisecond = 1
        case hundredth = 10
        case tenth = 100
        case second = 1000

        /// The distance in seconds.
        package var width: Double { Double(rawValue) / 1000 }

        /// Creates the coarsest grid on which a number of milliseconds lies.
        package init(coarsestFor milliseconds: Int) {
            self = Grid.allCases.reversed().first { milliseconds.isMultiple(of: $0.rawValue) } ?? .millisecond
        }

        package static func < (left: Grid, right: Grid) -> Bool { left.rawValue < right.rawValue }
    }

    /// A value and how often it was seen.
    package struct Entry: Hashable, Sendable {
        /// The value in units of the grid, not negative.
        package var ticks: Int
        /// How often it occurs, at least once.
        package var count: Int

        package init(ticks: Int, count: Int) {
            self.ticks = ticks
            self.count = count
        }
    }

    /// The coarsest grid on which all values lie that were seen.
    package private(set) var grid: Grid
    /// The distinct values, ascending.
    package private(set) var entries: [Entry]
    /// The number of values in ``entries``.
    package private(set) var heldCount: Int
    /// The number of values that were seen.
    package private(set) var count: Int
    /// The sum of the values that were seen, in milliseconds.
    package private(set) var total: Int
    /// The sum of the squares of the values that were seen, in squared milliseconds.
    package private(set) var totalOfSquares: Int128
    /// The smallest value that was seen, in milliseconds; 0 without values.
    package private(set) var least: Int
    /// The largest value that was seen, in milliseconds; 0 without values.
    package private(set) var greatest: Int

    /// Creates a sample that holds all of these durations in milliseconds; none is negative (a precondition).
    package init(milliseconds: some Sequence<Int>) {
        var seen = Seen()
        var held: [Int] = []
        for value in milliseconds {
            seen.add(value)
            held.append(value)
        }
        self.init(held: held, of: seen)
    }

    /// Creates a sample that holds some of the values that were seen, in milliseconds and in any order.
    package init(held: [Int], of seen: Seen) {
        precondition(held.count <= seen.count, "a sample holds at most what was seen")
        grid = seen.grid
        count = seen.count
        total = seen.total
        totalOfSquares = seen.totalOfSquares
        least = seen.count == 0 ? 0 : seen.least
        greatest = seen.greatest
        heldCount = held.count
        entries = []
        for value in held.sorted() {
            let ticks = value / grid.rawValue
            if let last = entries.indices.last, entries[last].ticks == ticks {
                entries[last].count += 1
            } else {
                entries.append(Entry(ticks: ticks, count: 1))
            }
        }
    }

    /// What is counted of every value, also of those that a reservoir does not keep.
    package struct Seen: Hashable, Sendable {
        package private(set) var grid = Grid.second
        package private(set) var count = 0
        package private(set) var total = 0
        package private(set) var totalOfSquares: Int128 = 0
        package private(set) var least = Int.max
        package private(set) var greatest = 0

        package init() {}

        /// Counts a duration in milliseconds, which is not negative (a precondition).
        package mutating func add(_ milliseconds: Int) {
            precondition(milliseconds >= 0, "a duration is not negative")
            count += 1
            total += milliseconds
            totalOfSquares += Int128(milliseconds) * Int128(milliseconds)
            least = min(least, milliseconds)
            greatest = max(greatest, milliseconds)
            if grid != .millisecond, !milliseconds.isMultiple(of: grid.rawValue) {
                grid = min(grid, Grid(coarsestFor: milliseconds))
            }
        }
    }
}

extension RoundedSample {
    /// Whether no value was seen.
    package var isEmpty: Bool { count == 0 }
    /// Whether some of the values that were seen are not held.
    package var isReservoir: Bool { heldCount < count }
    /// The mean of the values that were seen, in seconds; 0 without values.
    package var mean: Double { count == 0 ? 0 : Double(total) / Double(count) / 1000 }
    /// The smallest value that was seen, in seconds.
    package var smallest: Double { Double(least) / 1000 }
    /// The largest value that was seen, in seconds.
    package var largest: Double { Double(greatest) / 1000 }

    /// The standard deviation of the values that were seen, in seconds; 0 with fewer than two.
    package var standardDeviation: Double {
        guard count > 1 else { return 0 }
        // n Σx² − (Σx)² without rounding: each term is below 2¹²⁷ for values under a month.
        let spread = Int128(count) * totalOfSquares - Int128(total) * Int128(total)
        return (Double(spread) / Double(count) / Double(count - 1)).squareRoot() / 1000
    }

    /// A value in seconds.
    package func seconds(_ entry: Entry) -> Double { Double(entry.ticks * grid.rawValue) / 1000 }

    /// Returns the value in seconds that a share of the held values does not exceed; nil without values.
    ///
    /// The smallest value v with at least ⌈share · n⌉ values up to v.
    package func quantile(_ share: Double) -> Double? {
        let rank = max(1, Int((share * Double(heldCount)).rounded(.up)))
        var below = 0
        for entry in entries {
            below += entry.count
            if below >= rank { return seconds(entry) }
        }
        return entries.last.map(seconds)
    }
}
