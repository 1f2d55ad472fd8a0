import Testing

@testable import Statistics

/// Durations as they were rounded.
@Suite("Rounded durations")
struct RoundedSampleTests {
    @Test(
        "the grid is the coarsest on which all values lie",
        arguments: [
            ([0, 1000, 5000], RoundedSample.Grid.second), ([100, 1000], .tenth), ([1010, 20], .hundredth),
            ([1000, 7], .millisecond), ([0], .second),
        ]
    )
    func grids(_ milliseconds: [Int], _ grid: RoundedSample.Grid) {
        #expect(RoundedSample(milliseconds: milliseconds).grid == grid)
    }

    @Test("mean, deviation and quantiles are those of all values")
    func moments() {
        let sample = RoundedSample(milliseconds: [3000, 1000, 2000, 2000, 7000])
        #expect(sample.mean == 3)
        #expect(abs(sample.standardDeviation - 5.5.squareRoot()) < 1e-12)
        #expect(
            sample.entries == [
                .init(ticks: 1, count: 1), .init(ticks: 2, count: 2), .init(ticks: 3, count: 1),
                .init(ticks: 7, count: 1),
            ]
        )
        #expect([0.2, 0.21, 0.6, 0.61, 1].map { sample.quantile($0) } == [1, 2, 2, 3, 7])
        #expect(sample.smallest == 1 && sample.largest == 7)
    }

    @Test("a reservoir knows the mean of what it does not hold")
    func reservoir() {
        var seen = RoundedSample.Seen()
        for value in 1...1000 { seen.add(value * 100) }
        let sample = RoundedSample(held: [500, 100_000], of: seen)
        #expect(sample.isReservoir && sample.count == 1000 && sample.heldCount == 2)
        #expect(abs(sample.mean - 50.05) < 1e-12 && sample.grid == .tenth && sample.smallest == 0.1)
    }

    @Test("cells share limits, and none is below 0")
    func cells() {
        let counts = CellCounts(RoundedSample(milliseconds: [0, 0, 1000, 4000]))
        #expect(counts.edges == [0, 0.5, 1.5, 3.5, 4.5])
        #expect(counts.cells.map(\.lower) == [0, 1, 3] && counts.cells.map(\.upper) == [1, 2, 4])
        #expect(counts.shiftLimit == 0.5)
    }

    @Test("many distinct values are united, and those at either end are not")
    func blocks() {
        let sample = RoundedSample(milliseconds: (0..<5000).map { $0 * $0 % 99_991 })
        let counts = CellCounts(sample, most: 400)
        #expect(counts.cells.count < 450)
        #expect(counts.cells.reduce(0) { $0 + $1.count } == 5000)
        let full = CellCounts(sample)
        #expect(
            counts.cells.prefix(50).map { counts.edges[$0.lower] } == full.cells.prefix(50).map { full.edges[$0.lower] }
        )
    }
}
