/// The law of a duration as a dialer knows it: the empirical distribution of 4,096 past ones.
struct DurationHistory: Sendable {
    static let size = 4096
    static let gridSize = 1024

    /// The share of durations up to grid point i, the last being everything that was seen but a thousandth.
    private let shares: [Double]
    let pointsPerSecond: Double
    let mean: Double

    init(_ durations: [Double]) {
        let sorted = durations.sorted()
        mean = sorted.reduce(0, +) / Double(sorted.count)
        let range = max(sorted[min(sorted.count - 1, sorted.count * 999 / 1000)], 1e-6)
        pointsPerSecond = Double(Self.gridSize) / range
        var shares: [Double] = []
        var index = 0
        for point in 0...Self.gridSize {
            let time = Double(point) / Double(Self.gridSize) * range
            while index < sorted.count, sorted[index] <= time { index += 1 }
            shares.append(Double(index) / Double(sorted.count))
        }
        shares.append(1)
        self.shares = shares
    }

    /// Returns the share of durations that are at most `time`; linear between grid points.
    @inline(__always)
    func share(upTo time: Double) -> Double {
        guard time >= 0 else { return 0 }
        let place = time * pointsPerSecond
        guard place < Double(Self.gridSize) else {
            return place < Double(2 * Self.gridSize) ? shares[Self.gridSize] : 1
        }
        let point = Int(place)
        return shares[point] + (shares[point + 1] - shares[point]) * (place - Double(point))
    }

    /// Returns the probability that what has lasted `age` ends within `horizon`.
    ///
    /// Beyond the durations that were seen it is taken for certain to end.
    func endsWithin(_ horizon: Double, age: Double) -> Double {
        let before = share(upTo: age)
        return before < 1 ? (share(upTo: age + horizon) - before) / (1 - before) : 1
    }
}
