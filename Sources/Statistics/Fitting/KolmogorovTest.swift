import RealModule

/// A test of whether durations come from the family that was fitted to them.
///
/// The statistic is the largest distance of the distribution functions on the grid. Its distribution is that of samples
/// drawn from the fitted model, each of which is fitted again (a parametric bootstrap): Stute, González Manteiga and
/// Presedo Quindimil, Metrika 40 (1993) 243. Samples are counts of ranges: of the grid's cells, or where it has many,
/// of about 250 ranges of equal probability with finer ones at either end. The observed statistic is that of the same
/// ranges, so that both have one distribution if the model is true.
package struct KolmogorovTest: Hashable, Sendable {
    /// The largest distance of the observed sample on the test's ranges.
    package var distance: Double
    /// How many samples had a distance at least as large.
    package var exceedances: Int
    /// How many samples were drawn: fewer than asked for once ten exceed.
    package var samples: Int
    /// The share of samples that are at least as far from their own fit, the observed one counted among them.
    ///
    /// (1 + exceedances)/1000, or exceedances/samples where ten exceeded before all were drawn; both are uniform if the
    /// model is true. Source: Besag and Clifford, Biometrika 78 (1991) 301.
    package var pValue: Double {
        exceedances < Self.enough
            ? Double(1 + exceedances) / Double(1 + samples) : Double(exceedances) / Double(samples)
    }

    /// The samples of a test that is not ended early.
    package static let mostSamples = 999
    /// The exceedances that end a test: p is then above 0.01 whatever follows.
    static let enough = 10

    /// Tests a fit to values without censored times.
    package init(_ fit: DurationFit, to sample: RoundedSample, seed: UInt64) {
        let ranges = TestRanges(fit.model, sample)
        let observed = CellCounts(
            edges: ranges.edges,
            counts: ranges.counts,
            shiftLimit: ranges.shiftLimit(ranges.counts)
        )
        let search = Refit(fit, ranges)
        distance = search.distance(of: observed)
        exceedances = 0
        samples = 0
        var generator = SplitMix64(seed: seed)
        let distribution = MultinomialDistribution(trials: sample.heldCount, probabilities: ranges.probabilities)
        var counts = ranges.counts
        while samples < Self.mostSamples, exceedances < Self.enough {
            distribution.draw(into: &counts, ranges.probabilities, &generator)
            let drawn = CellCounts(edges: ranges.edges, counts: counts, shiftLimit: ranges.shiftLimit(counts))
            samples += 1
            // Equal distances are exceedances: the grid makes them likely.
            if search.distance(of: drawn) >= distance * (1 - 1e-9) { exceedances += 1 }
        }
    }
}

/// Fits one family again and again to counts of the same ranges.
private struct Refit {
    var fit: DurationFit
    var ranges: TestRanges
    var curvature: BoxMaximum.Matrix

    init(_ fit: DurationFit, _ ranges: TestRanges) {
        self.fit = fit
        self.ranges = ranges
        // The curvature of the expected counts.
        let total = Double(ranges.counts.reduce(0, +))
        var expected = CellCounts(edges: ranges.edges, counts: ranges.counts.map { _ in 1 }, shiftLimit: .infinity)
        for index in expected.cells.indices { expected.cells[index].count = total * ranges.probabilities[index] }
        expected.shiftLimit = fit.model.shift + 1e-9
        curvature =
            expected.maximum(
                from: fit.model,
                shiftIn: fit.isShifted ? fit.model.shift...(fit.model.shift + 1e-9) : nil,
                iterations: 0
            ).curvature
    }

    func distance(of counts: CellCounts) -> Double {
        var start = fit.model
        guard fit.isShifted else {
            return counts.distance(to: counts.maximum(from: start, curvature: curvature, iterations: 30).model)
        }
        let limit = counts.shiftLimit * (1 - 1e-9)
        start.shift = min(start.shift, counts.shiftLimit * 0.999)
        let found = counts.maximum(from: start, shiftIn: 0...limit, curvature: curvature, iterations: 30)
        return counts.distance(to: found.model)
    }
}

/// The ranges of durations that a test counts.
struct TestRanges {
    /// The lower limits of all ranges, in seconds, from 0 on.
    var edges: [Double]
    /// What the fitted model says of each.
    var probabilities: [Double]
    /// How many values of the sample each has.
    var counts: [Int]

    private static let shares: [Double] = {
        let regular = (1..<250).map { Double($0) / 250 }
        let fine = (1...14).map { 0.004 * Double.exp(-0.7 * Double($0)) }
        return (fine + regular + fine.map { 1 - $0 }).sorted()
    }()

    init(_ model: DurationModel, _ sample: RoundedSample) {
        let width = sample.grid.width
        let low = model.quantile(1e-9)
        let high = max(model.quantile(1 - 1e-7), sample.largest)
        let first = max(0, (low / width).rounded(.down))
        let last = (high / width).rounded(.up)
        var cuts: [Double]
        if last - first <= 300 {
            cuts = (0...Int(last - first)).map { (first + Double($0) + 0.5) * width }
        } else {
            cuts = Self.shares.map { ((model.quantile($0) / width).rounded(.down) + 0.5) * width }
        }
        edges = [0]
        for cut in cuts where cut > edges[edges.count - 1] { edges.append(cut) }
        // Ranges that hold nothing by the model make no sense as categories.
        var survivals = edges.map { model.survival($0) }
        var kept: [Int] = [0]
        for index in edges.indices.dropFirst() {
            let inside = survivals[kept[kept.count - 1]] - survivals[index]
            if inside > 1e-13, survivals[index] > 1e-13 { kept.append(index) }
        }
        let all = edges
        edges = kept.map { all[$0] }
        survivals = kept.map { survivals[$0] }
        probabilities = zip(survivals, survivals.dropFirst() + [0]).map { $0 - $1 }
        counts = edges.map { _ in 0 }
        var range = 0
        for entry in sample.entries {
            let value = sample.seconds(entry)
            while range + 1 < edges.count, edges[range + 1] <= value { range += 1 }
            counts[range] += entry.count
        }
    }

    /// The limit of a shift, in seconds: that at which the lowest range with values becomes impossible.
    func shiftLimit(_ counts: [Int]) -> Double {
        let lowest = counts.firstIndex { $0 > 0 } ?? 0
        return lowest + 1 < edges.count ? edges[lowest + 1] : edges[lowest] + 1
    }
}
